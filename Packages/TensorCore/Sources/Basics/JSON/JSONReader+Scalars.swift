extension JSONReader {
  /// A text, a number or a word.
  mutating func scalar() throws(JSONError) -> JSONValue {
    switch bytes[offset] {
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "N") where options.acceptsNonFinite: return try word("NaN", .number(.nan))
    case UInt8(ascii: "I") where options.acceptsNonFinite: return try word("Infinity", .number(.infinity))
    case UInt8(ascii: "-")
    where options.acceptsNonFinite && offset + 1 < bytes.count && bytes[offset + 1] == UInt8(ascii: "I"):
      return try word("-Infinity", .number(-.infinity))
    default: return try number()
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    let letters = "\(word)".utf8
    guard bytes[offset...].starts(with: letters) else { throw unexpected("a value") }
    offset += letters.count
    return value
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = offset
    func byte(_ place: Int) -> UInt8 { place < bytes.count ? bytes[place] : 0 }
    func digits(from place: Int) -> Int {
      bytes[place...].firstIndex { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? bytes.count
    }
    let first = byte(start) == UInt8(ascii: "-") ? start + 1 : start
    var end = byte(first) == UInt8(ascii: "0") ? first + 1 : digits(from: min(first, bytes.count))
    guard end > first else { throw unexpected("a value") }
    let wholeEnd = end
    if byte(end) == UInt8(ascii: ".") {
      let more = digits(from: end + 1)
      guard more > end + 1 else { throw unexpected("a value") }
      end = more
    }
    if [UInt8(ascii: "e"), UInt8(ascii: "E")].contains(byte(end)) {
      let signed = [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(byte(end + 1)) ? end + 2 : end + 1
      let more = digits(from: min(signed, bytes.count))
      guard more > signed else { throw unexpected("a value") }
      end = more
    }
    let letters = String(decoding: bytes[start..<end], as: UTF8.self)
    if wholeEnd == end {
      if let integer = Int(letters) {
        offset = end
        return .integer(integer)
      }
      if options.keepsLargeIntegers {
        offset = end
        return .json(letters)
      }
    }
    guard let number = Double(letters), number.isFinite || options.acceptsNonFinite else {
      throw failure(.number(String(letters.prefix(40))))
    }
    offset = end
    return .number(number)
  }

  mutating func text() throws(JSONError) -> String {
    offset += 1
    var units: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        guard let text = String(validating: units, as: UTF8.self) else {
          throw failure(.notUTF8)
        }
        return text
      case UInt8(ascii: "\\"):
        offset += 1
        try escape(into: &units)
      case 0..<0x20: throw failure(.controlCharacter)
      default:
        offset += 1
        units.append(byte)
      }
    }
    throw unexpected("the end of a text")
  }

  private mutating func escape(into units: inout [UInt8]) throws(JSONError) {
    guard offset < bytes.count else { throw unexpected("an escape") }
    let letter = bytes[offset]
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(letter)
    case UInt8(ascii: "b"): units.append(0x08)
    case UInt8(ascii: "f"): units.append(0x0C)
    case UInt8(ascii: "n"): units.append(0x0A)
    case UInt8(ascii: "r"): units.append(0x0D)
    case UInt8(ascii: "t"): units.append(0x09)
    case UInt8(ascii: "u"):
      offset += 1
      units += Array(String(try character()).utf8)
      return
    default: throw failure(.escape)
    }
    offset += 1
  }

  /// The character of the digits behind `\u`; a pair of surrogates is one character.
  private mutating func character() throws(JSONError) -> Unicode.Scalar {
    let high = try hexadecimal()
    let behind = offset
    if UTF16.isLeadSurrogate(high), bytes[offset...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
      offset += 2
      let low = try hexadecimal()
      if UTF16.isTrailSurrogate(low),
        let scalar = Unicode.Scalar(0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
      {
        return scalar
      }
      offset = behind
    }
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard options.repairsSurrogates else { throw failure(.surrogate) }
    return "\u{FFFD}"
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt16 {
    let digits = bytes[offset...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw failure(.escapeDigits) }
    offset += 4
    return unit
  }
}
