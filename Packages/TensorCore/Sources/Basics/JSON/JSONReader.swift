/// Reads JSON (RFC 8259) value by value, with a bound on depth.
///
/// ``value()`` reads whatever comes next; ``members(_:)`` and ``elements(_:)`` hand what they find to the caller, so that a
/// long list need not be held twice.
public struct JSONReader {
  /// In what readers of JSON differ.
  public struct Options: Sendable {
    /// How deep lists and objects may nest.
    public var deepest = 64
    /// Whether a name that occurs twice in one object is an error. Otherwise the last one holds, as in Python.
    public var refusesDuplicates = true
    /// Whether `NaN`, `Infinity` and `-Infinity` are numbers, and what lies beyond float64 is infinite, as in Python.
    public var acceptsNonFinite = false
    /// Whether half a pair of surrogates is U+FFFD, where it is an error otherwise.
    public var repairsSurrogates = false
    /// Whether whole numbers beyond 64 bits stay as they are written, ``JSONValue/json(_:)``, where they are float64
    /// otherwise.
    public var keepsLargeIntegers = false

    public init() {}

    /// As Python's `json` reads, to 200 levels.
    public static let python: Options = {
      var options = Options()
      options.deepest = 200
      options.refusesDuplicates = false
      options.acceptsNonFinite = true
      options.repairsSurrogates = true
      return options
    }()
  }

  /// What begins at the next byte that is not white space.
  public enum Kind: Sendable {
    case object, list, scalar
  }

  let bytes: [UInt8]
  let options: Options
  /// The byte that comes next.
  public internal(set) var offset = 0
  private var depth = 0

  public init(_ bytes: [UInt8], options: Options = .init()) {
    self.bytes = bytes
    self.options = options
  }

  /// - Throws: ``JSONError`` where nothing follows.
  public mutating func kind() throws(JSONError) -> Kind {
    switch try peek("a value") {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .list
    default: .scalar
    }
  }

  /// The next value, whatever it is.
  public mutating func value() throws(JSONError) -> JSONValue {
    switch try kind() {
    case .object: return .object(try pairs())
    case .list:
      var list: [JSONValue] = []
      try elements { (reader: inout JSONReader) throws(JSONError) in list.append(try reader.value()) }
      return .list(list)
    case .scalar: return try scalar()
    }
  }

  private mutating func pairs() throws(JSONError) -> [(String, JSONValue)] {
    var pairs: [(String, JSONValue)] = []
    var places: [String: Int] = [:]
    try members { (reader: inout JSONReader, name) throws(JSONError) in
      guard let place = places[name] else {
        places[name] = pairs.count
        return pairs.append((name, try reader.value()))
      }
      guard !reader.options.refusesDuplicates else { throw reader.duplicate(name) }
      pairs[place].1 = try reader.value()
    }
    return pairs
  }

  /// Reads an object: `body` is called behind each name and must read its value. Names are not compared.
  public mutating func members(
    _ body: (inout JSONReader, String) throws(JSONError) -> Void
  ) throws(JSONError) {
    try group(UInt8(ascii: "{"), UInt8(ascii: "}")) { (reader: inout JSONReader) throws(JSONError) in
      guard try reader.peek("a name") == UInt8(ascii: "\"") else { throw reader.unexpected("a name") }
      let name = try reader.text()
      guard try reader.peek("':'") == UInt8(ascii: ":") else { throw reader.unexpected("':'") }
      reader.offset += 1
      try body(&reader, name)
    }
  }

  /// Reads a list: `body` is called where each element begins and must read it.
  public mutating func elements(
    _ body: (inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    try group(UInt8(ascii: "["), UInt8(ascii: "]"), body)
  }

  private mutating func group(
    _ opening: UInt8, _ closing: UInt8, _ body: (inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    let mark = "'\(Character(UnicodeScalar(opening)))'"
    guard try peek(mark) == opening else { throw unexpected(mark) }
    guard depth < options.deepest else { throw failure(.tooDeep(most: options.deepest)) }
    depth += 1
    offset += 1
    if try peek("a value or an end") == closing {
      offset += 1
    } else {
      while true {
        try body(&self)
        let next = try peek("',' or an end")
        guard next == UInt8(ascii: ",") || next == closing else { throw unexpected("',' or an end") }
        offset += 1
        if next == closing { break }
      }
    }
    depth -= 1
  }

  /// Nothing but white space may follow.
  public mutating func expectEnd() throws(JSONError) {
    skipSpace()
    guard offset == bytes.count else { throw unexpected("the end") }
  }

  /// Whether nothing but white space follows.
  public mutating func isAtEnd() -> Bool {
    skipSpace()
    return offset == bytes.count
  }

  /// Whether this byte comes next, white space aside; it is taken if so.
  public mutating func take(_ byte: UInt8) -> Bool {
    guard !isAtEnd(), bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  public func duplicate(_ name: String) -> JSONError { failure(.repeated(name: name)) }

  /// An error at the byte that comes next.
  public func failure(_ kind: JSONError.Kind) -> JSONError { JSONError(kind, offset: offset) }

  /// An error about the byte that comes next, in place of what was wanted.
  public func unexpected(_ wanted: String) -> JSONError {
    guard offset < bytes.count else { return failure(.expected(wanted, found: nil)) }
    let byte = bytes[offset]
    let found = (0x21...0x7E).contains(byte) ? "'\(Character(UnicodeScalar(byte)))'" : "byte \(byte)"
    return failure(.expected(wanted, found: found))
  }

  private mutating func peek(_ wanted: String) throws(JSONError) -> UInt8 {
    skipSpace()
    guard offset < bytes.count else { throw unexpected(wanted) }
    return bytes[offset]
  }

  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x0A, 0x0D, 0x09: offset += 1
      default: return
      }
    }
  }
}
