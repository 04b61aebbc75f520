internal import Basics

extension TemplateValue {
  /// `json.dumps(self, ensure_ascii=False)`, with `indent` spaces a level where given.
  ///
  /// - Throws: ``TemplateError`` for a value that JSON has no form for.
  public func json(indent: Int? = nil) throws(TemplateError) -> String {
    var writer = JSONWriter()
    if let indent {
      writer.indentation = String(repeating: " ", count: indent)
      writer.itemSeparator = ","
    }
    return try writer.text(self)
  }
}

/// `json.dumps`.
struct JSONWriter {
  var escapesNonASCII = false
  var sortsKeys = false
  /// `nil`: on one line.
  var indentation: String?
  var itemSeparator = ", "
  var keySeparator = ": "
  /// UTF-8 bytes of the result.
  var limit = Int.max

  func text(_ value: TemplateValue) throws(TemplateError) -> String {
    var result = ""
    try write(value, at: 0, into: &result)
    return result
  }

  private func write(_ value: TemplateValue, at level: Int, into result: inout String) throws(TemplateError) {
    switch value {
    case .null: result += "null"
    case .boolean(let flag): result += flag ? "true" : "false"
    case .integer(let number): result += String(number)
    case .float(let number): result += Self.text(number)
    case .string(let text): result += quoted(text)
    case .list(let elements), .tuple(let elements):
      try write(elements, between: "[", "]", at: level, into: &result) {
        element, result throws(TemplateError) in
        try write(element, at: level + 1, into: &result)
      }
    case .dictionary(let dictionary):
      var entries = Array(zip(dictionary.keys, dictionary.values))
      if sortsKeys { entries = try Self.sorted(entries) }
      try write(entries, between: "{", "}", at: level, into: &result) { entry, result throws(TemplateError) in
        result += quoted(try Self.key(entry.0)) + keySeparator
        try write(entry.1, at: level + 1, into: &result)
      }
    case .undefined(let absence): throw .operation(.unwritable(absence))
    case .iterable, .object: throw .operation(.unfit(value.typeName, for: .json))
    }
  }

  private func write<Element>(
    _ elements: [Element], between opening: String, _ closing: String, at level: Int,
    into result: inout String,
    _ body: (Element, inout String) throws(TemplateError) -> Void
  ) throws(TemplateError) {
    guard level < 200 else { throw .limit(200, .jsonLevels) }
    result += opening
    for (position, element) in elements.enumerated() {
      if position > 0 { result += itemSeparator }
      try startLine(at: level + 1, into: &result)
      try body(element, &result)
    }
    if !elements.isEmpty { try startLine(at: level, into: &result) }
    result += closing
  }

  private func startLine(at level: Int, into result: inout String) throws(TemplateError) {
    guard result.utf8.count <= limit else { throw .limit(limit, .bytes) }
    guard let indentation else { return }
    result += "\n"
    for _ in 0..<level where result.utf8.count <= limit { result += indentation }
  }

  private static func text(_ number: Double) -> String {
    guard number.isFinite else { return number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity" }
    return PythonFloat.representation(number)
  }

  private static func key(_ value: TemplateValue) throws(TemplateError) -> String {
    switch value {
    case .string(let text): text
    case .null: "null"
    case .boolean(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    case .float(let number): text(number)
    default: throw .operation(.unfit(value.typeName, for: .jsonKey))
    }
  }

  private static func sorted(_ entries: [(TemplateValue, TemplateValue)]) throws(TemplateError)
    -> [(TemplateValue, TemplateValue)]
  {
    let pairs = entries.map { TemplateValue.tuple([$0.0, $0.1]) }
    let ordered = try TemplateValue.sorted(pairs) { pair throws(TemplateError) in pair.element(at: 0) ?? .null
    }
    return ordered.map { ($0.element(at: 0) ?? .null, $0.element(at: 1) ?? .null) }
  }

  /// Jinja's form for HTML: `<`, `>`, `&` and `'` are escaped.
  static func htmlSafe(_ json: String) -> String {
    var result = ""
    for scalar in json.unicodeScalars {
      switch scalar {
      case "<", ">", "&", "'": result += JSONText.escaped(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private func quoted(_ text: String) -> String {
    JSONText.quoted(text, escaping: escapesNonASCII ? [.short, .nonASCII] : .short)
  }
}
