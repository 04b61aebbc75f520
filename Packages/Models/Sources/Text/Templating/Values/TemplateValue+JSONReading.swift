extension TemplateValue {
  /// Reads a JSON text, keeping the order of keys, and integers apart from floats.
  ///
  /// - Throws: One sentence with the byte where the text stops being JSON, or nests more than 200 levels.
  public init(json: String) throws(TemplateError) {
    var reader = JSONReader(bytes: Array(json.utf8))
    self = try reader.readDocument()
  }
}

private struct JSONReader {
  let bytes: [UInt8]
  var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func readDocument() throws(TemplateError) -> TemplateValue {
    let value = try readValue(level: 0)
    skipSpace()
    guard position == bytes.count else { throw failure("the end") }
    return value
  }

  private func failure(_ expected: String) -> TemplateError {
    TemplateError(.syntax, "JSON at byte \(position): expected \(expected)")
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
  }

  private mutating func accept(_ text: StaticString) -> Bool {
    let wanted = text.withUTF8Buffer { Array($0) }
    guard bytes[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  private mutating func readValue(level: Int) throws(TemplateError) -> TemplateValue {
    guard level <= 200 else { throw failure("at most 200 levels") }
    skipSpace()
    guard position < bytes.count else { throw failure("a value") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try readObject(level: level)
    case UInt8(ascii: "["): return try readArray(level: level)
    case UInt8(ascii: "\""): return .string(try readString())
    default: break
    }
    if accept("null") { return .null }
    if accept("true") { return .boolean(true) }
    if accept("false") { return .boolean(false) }
    if accept("NaN") { return .float(.nan) }
    return try readNumber()
  }

  private mutating func readObject(level: Int) throws(TemplateError) -> TemplateValue {
    position += 1
    var dictionary = TemplateDictionary()
    skipSpace()
    if accept("}") { return .dictionary(dictionary) }
    repeat {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw failure("a key") }
      let key = try readString()
      skipSpace()
      guard accept(":") else { throw failure("':'") }
      dictionary[key] = try readValue(level: level + 1)
      skipSpace()
    } while accept(",")
    guard accept("}") else { throw failure("',' or '}'") }
    return .dictionary(dictionary)
  }

  private mutating func readArray(level: Int) throws(TemplateError) -> TemplateValue {
    position += 1
    var elements: [TemplateValue] = []
    skipSpace()
    if accept("]") { return .list(elements) }
    repeat {
      elements.append(try readValue(level: level + 1))
      skipSpace()
    } while accept(",")
    guard accept("]") else { throw failure("',' or ']'") }
    return .list(elements)
  }

  private mutating func readNumber() throws(TemplateError) -> TemplateValue {
    let start = position
    while position < bytes.count, "+-.0123456789eE".utf8.contains(bytes[position]) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if let value = Int(text), !text.hasPrefix("+") { return .integer(value) }
    if let first = text.utf8.first, first == 45 || (48...57).contains(first), let value = Double(text) {
      return .float(value)
    }
    position = start
    throw failure("a value")
  }

  private mutating func readString() throws(TemplateError) -> String {
    position += 1
    var result: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: result, as: UTF8.self)
      case UInt8(ascii: "\\"):
        position += 1
        result.append(contentsOf: try readEscape())
      case 0..<32: throw failure("no control character in a string")
      default:
        result.append(byte)
        position += 1
      }
    }
    throw failure("the end of a string")
  }

  private mutating func readEscape() throws(TemplateError) -> [UInt8] {
    guard position < bytes.count else { throw failure("an escape") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "u"):
      var units = [try readHexadecimal()]
      if UTF16.isLeadSurrogate(units[0]), accept("\\u") { units.append(try readHexadecimal()) }
      return Array(String(decoding: units, as: UTF16.self).utf8)  // a lone surrogate becomes U+FFFD
    default: throw failure("an escape")
    }
  }

  private mutating func readHexadecimal() throws(TemplateError) -> UInt16 {
    let digits = String(decoding: bytes[position...].prefix(4), as: UTF8.self)
    guard digits.utf8.count == 4, !digits.hasPrefix("+"), let unit = UInt16(digits, radix: 16) else {
      throw failure("four hexadecimal digits")
    }
    position += 4
    return unit
  }
}
