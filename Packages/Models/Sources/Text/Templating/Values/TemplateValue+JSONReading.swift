public import Basics

extension TemplateValue {
  /// Reads a JSON text as Python's `json` does, keeping the order of keys, and integers apart from floats.
  /// An integer of more than 64 bits is the text of its digits: as a float it would be another number.
  ///
  /// - Throws: One sentence with the byte where the text stops being JSON, or nests more than 200 levels.
  public init(json: String) throws(TemplateError) {
    do {
      var reader = JSONReader(Array(json.utf8), options: .values)
      self = try TemplateValue(json: &reader)
      try reader.expectEnd()
    } catch {
      throw TemplateError(.syntax, .json(error))
    }
  }

  /// Reads the next value of a reader, whose options say what is read.
  ///
  /// - Throws: What is not JSON, and where.
  public init(json reader: inout JSONReader) throws(JSONError) {
    self = try Self.read(&reader)
  }

  private static func read(_ reader: inout JSONReader) throws(JSONError) -> TemplateValue {
    switch try reader.kind() {
    case .object:
      var dictionary = TemplateDictionary()
      try reader.members { (reader: inout JSONReader, name) throws(JSONError) in
        dictionary[name] = try read(&reader)
      }
      return .dictionary(dictionary)
    case .list:
      var list: [TemplateValue] = []
      try reader.elements { (reader: inout JSONReader) throws(JSONError) in list.append(try read(&reader)) }
      return .list(list)
    case .scalar:
      switch try reader.value() {
      case .bool(let flag): return .boolean(flag)
      case .integer(let number): return .integer(number)
      case .number(let number): return .float(number)
      case .text(let text), .json(let text): return .string(text)
      default: return .null
      }
    }
  }
}

extension JSONReader.Options {
  /// As Python's `json` reads, with the digits of integers of more than 64 bits.
  public static let values: JSONReader.Options = {
    var options = JSONReader.Options.python
    options.keepsLargeIntegers = true
    return options
  }()
}
