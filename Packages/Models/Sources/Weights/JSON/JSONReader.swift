/// Reads JSON strictly (RFC 8259), with a bound on depth and names told apart: what a header may hold.
///
/// Names that occur twice in one object are an error, where most readers keep one of them.
package struct JSONReader {
  static let deepest = 64
  private let bytes: [UInt8]
  private var offset = 0
  private var depth = 0
  package let path: String

  package init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  /// The next value, whatever it is.
  package mutating func value() throws(WeightsError) -> JSONValue {
    switch try peek() {
    case UInt8(ascii: "{"):
      var object = JSONObject()
      try members { (reader: inout JSONReader, name) throws(WeightsError) in
        guard object.add(name, try reader.value()) else { throw reader.duplicate(name) }
      }
      return .object(object)
    case UInt8(ascii: "["):
      var list: [JSONValue] = []
      try elements { (reader: inout JSONReader) throws(WeightsError) in list.append(try reader.value()) }
      return .list(list)
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  /// Reads an object: `body` is called behind each name and must read its value.
  package mutating func members(
    _ body: (inout JSONReader, String) throws(WeightsError) -> Void
  ) throws(WeightsError) {
    try group(UInt8(ascii: "{"), UInt8(ascii: "}")) { (reader: inout JSONReader) throws(WeightsError) in
      guard try reader.peek() == UInt8(ascii: "\"") else { throw reader.unexpected("a name") }
      let name = try reader.text()
      guard try reader.peek() == UInt8(ascii: ":") else { throw reader.unexpected("':'") }
      reader.offset += 1
      try body(&reader, name)
    }
  }

  /// Reads a list: `body` is called where each element begins and must read it.
  package mutating func elements(_ body: (inout JSONReader) throws(WeightsError) -> Void) throws(WeightsError)
  {
    try group(UInt8(ascii: "["), UInt8(ascii: "]"), body)
  }

  private mutating func group(
    _ opening: UInt8, _ closing: UInt8, _ body: (inout JSONReader) throws(WeightsError) -> Void
  ) throws(WeightsError) {
    guard try peek() == opening else { throw unexpected("'\(Character(UnicodeScalar(opening)))'") }
    guard depth < Self.deepest else { throw failure("nested deeper than \(Self.deepest) levels") }
    depth += 1
    offset += 1
    if try peek() == closing {
      offset += 1
    } else {
      while true {
        try body(&self)
        let next = try peek()
        guard next == UInt8(ascii: ",") || next == closing else { throw unexpected("',' or an end") }
        offset += 1
        if next == closing { break }
      }
    }
    depth -= 1
  }

  /// Whether a list comes next.
  package mutating func isAtList() throws(WeightsError) -> Bool { try peek() == UInt8(ascii: "[") }

  /// Nothing but white space may follow.
  package mutating func expectEnd() throws(WeightsError) {
    skipSpace()
    guard offset == bytes.count else { throw unexpected("the end") }
  }

  func duplicate(_ name: String) -> WeightsError { failure("name '\(name)' occurs twice") }

  package func failure(_ reason: String) -> WeightsError {
    WeightsError(path, "JSON, byte \(offset): \(reason)")
  }

  private func unexpected(_ wanted: String) -> WeightsError {
    guard offset < bytes.count else { return failure("expected \(wanted), found the end") }
    let byte = bytes[offset]
    let found = (0x21...0x7E).contains(byte) ? "'\(Character(UnicodeScalar(byte)))'" : "byte \(byte)"
    return failure("expected \(wanted), found \(found)")
  }

  private mutating func peek() throws(WeightsError) -> UInt8 {
    skipSpace()
    guard offset < bytes.count else { throw unexpected("more") }
    return bytes[offset]
  }

  private mutating func skipSpace() {
    while offset < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[offset]) { offset += 1 }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(WeightsError) -> JSONValue {
    let letters = Array("\(word)".utf8)
    guard bytes[offset...].starts(with: letters) else { throw unexpected("a value") }
    offset += letters.count
    return value
  }

  private mutating func number() throws(WeightsError) -> JSONValue {
    let start = offset
    while offset < bytes.count, Self.numberLetters.contains(bytes[offset]) { offset += 1 }
    let letters = String(decoding: bytes[start..<offset], as: UTF8.self)
    let digits = letters.drop { $0 == "-" }
    guard letters.count - digits.count <= 1, let first = digits.first, first.isNumber,
      first != "0" || digits.dropFirst().first?.isNumber != true, letters.last != "."
    else {
      offset = start
      throw unexpected("a value")
    }
    if let integer = Int(letters) { return .integer(integer) }
    guard let number = Double(letters), number.isFinite else {
      offset = start
      throw failure("'\(letters.prefix(40))' is no number that fits")
    }
    return .number(number)
  }

  private static let numberLetters = Set("0123456789+-.eE".utf8)

  private mutating func text() throws(WeightsError) -> String {
    offset += 1
    var units: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: units, as: UTF8.self) else {
          throw failure("a text is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): try escape(into: &units)
      case 0..<0x20: throw failure("a control character in a text")
      default: units.append(byte)
      }
    }
    throw unexpected("the end of a text")
  }

  private mutating func escape(into units: inout [UInt8]) throws(WeightsError) {
    guard offset < bytes.count else { throw unexpected("an escape") }
    let letter = bytes[offset]
    offset += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(letter)
    case UInt8(ascii: "b"): units.append(0x08)
    case UInt8(ascii: "f"): units.append(0x0C)
    case UInt8(ascii: "n"): units.append(0x0A)
    case UInt8(ascii: "r"): units.append(0x0D)
    case UInt8(ascii: "t"): units.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code) {  // a pair of surrogates is one character
        guard bytes[offset...].starts(with: [0x5C, 0x75]) else { throw failure("half a surrogate pair") }
        offset += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw failure("half a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = UnicodeScalar(code) else { throw failure("half a surrogate pair") }
      units += Array(String(Character(scalar)).utf8)
    default: throw failure("an unknown escape")
    }
  }

  private mutating func hexadecimal() throws(WeightsError) -> UInt32 {
    guard bytes.count - offset >= 4,
      bytes[offset..<offset + 4].allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
      let code = UInt32(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
    else { throw failure("an escape needs four hexadecimal digits") }
    offset += 4
    return code
  }
}
