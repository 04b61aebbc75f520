extension Library {
  static let textFilters: [String: Filter] = [
    "string": { interpreter, value, arguments throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "filter 'string'")
      return .string(try interpreter.text(of: value))
    },
    "safe": textFilter("safe") { $0 },
    "upper": textFilter("upper", PythonText.upper),
    "lower": textFilter("lower", PythonText.lower),
    "capitalize": textFilter("capitalize", PythonText.capitalized),
    "title": textFilter("title", PythonText.filterTitled),
    "escape": textFilter("escape", escaped),
    "e": textFilter("e", escaped),
    "forceescape": textFilter("forceescape", escaped),
    "wordcount": { interpreter, value, arguments throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "filter 'wordcount'")
      return .integer(wordCount(try interpreter.text(of: value)))
    },
    "trim": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["chars"], of: "filter 'trim'")
      return .string(trimmed(try interpreter.text(of: value), try bound.string("chars")))
    },
    "replace": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["old", "new", "count"], required: 2, of: "filter 'replace'")
      let old = try interpreter.text(of: bound["old"] ?? .null)
      let new = try interpreter.text(of: bound["new"] ?? .null)
      return .string(
        try replaced(
          try interpreter.text(of: value), old, new, limit: try bound.integer("count") ?? -1, interpreter))
    },
    "regex_replace": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(
        to: ["pattern", "repl", "count"], required: 2, of: "filter 'regex_replace'")
      guard case .string(let text) = value else {
        try interpreter.requireDefined(value)
        throw .needs("filter 'regex_replace'", "a string", found: value)
      }
      let expression = try PythonPattern(try bound.string("pattern") ?? "")
      return .string(
        try expression.replacingMatches(
          in: text, with: try bound.string("repl") ?? "", limit: try bound.integer("count") ?? 0,
          bytes: interpreter.environment.limits.bytes, within: &interpreter.matchingTime))
    },
    "indent": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["width", "first", "blank"], of: "filter 'indent'")
      var indentation = "    "
      if case .string(let text)? = bound["width"] {
        indentation = text
      } else if let width = try bound.integer("width") {
        try interpreter.checkSize(width)
        indentation = String(repeating: " ", count: max(width, 0))
      }
      return .string(
        try indented(
          try textOperand(value, "filter 'indent'"), by: indentation, first: try bound.flag("first"),
          blank: try bound.flag("blank"), interpreter))
    },
    "truncate": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["length", "killwords", "end", "leeway"], of: "filter 'truncate'")
      return .string(
        truncated(
          try textOperand(value, "filter 'truncate'"), to: try bound.integer("length") ?? 255,
          cutsWords: try bound.flag("killwords"), end: try bound.string("end") ?? "...",
          leeway: try bound.integer("leeway") ?? 5))
    },
    "center": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["width"], of: "filter 'center'")
      let width = try bound.integer("width") ?? 80
      try interpreter.checkSize(width)
      return .string(centered(try interpreter.text(of: value), width: width, fill: " "))
    },
    "format": { interpreter, value, arguments throws(TemplateError) in
      var operand = TemplateValue.tuple(arguments.positional)
      if !arguments.named.isEmpty {
        var dictionary = TemplateDictionary()
        for (name, value) in arguments.named { dictionary[name] = value }
        operand = .dictionary(dictionary)
      }
      return .string(try PercentFormat.apply(try interpreter.text(of: value), operand, interpreter))
    },
    "tojson": { interpreter, value, arguments throws(TemplateError) in
      try interpreter.chargeWhole(value)
      return .string(try json(value, arguments, interpreter))
    },
  ]

  private static func textFilter(_ name: String, _ transform: @escaping @Sendable (String) -> String)
    -> Filter
  {
    { interpreter, value, arguments throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "filter '\(name)'")
      return .string(transform(try interpreter.text(of: value)))
    }
  }

  static func textOperand(_ value: TemplateValue, _ function: String) throws(TemplateError) -> String {
    if case .undefined(let absence) = value { throw .undefined(absence) }
    guard case .string(let text) = value else {
      throw .needs(function, "a string", found: value)
    }
    return text
  }

  @Sendable private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&#34;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Runs of letters, digits and underscores.
  private static func wordCount(_ text: String) -> Int {
    var count = 0
    var isInside = false
    for scalar in text.unicodeScalars {
      let properties = scalar.properties
      let isWord =
        scalar == "_" || properties.isAlphabetic && properties.generalCategory != .nonspacingMark
        || properties.numericType != nil
      if isWord, !isInside { count += 1 }
      isInside = isWord
    }
    return count
  }

  static func trimmed(_ text: String, _ unwanted: String?, start: Bool = true, end: Bool = true) -> String {
    guard let unwanted else { return PythonText.trimmed(text, start: start, end: end) }
    let set = Set(unwanted.unicodeScalars)
    return PythonText.trimmed(text, start: start, end: end) { set.contains($0) }
  }

  static func replaced(
    _ text: String, _ old: String, _ new: String, limit: Int, _ interpreter: Interpreter
  ) throws(TemplateError) -> String {
    let places = old.isEmpty ? text.utf8.count + 1 : text.utf8.count / old.utf8.count
    if new.utf8.count > old.utf8.count {
      let (growth, overflows) = places.multipliedReportingOverflow(by: new.utf8.count - old.utf8.count)
      if overflows || growth + text.utf8.count > interpreter.environment.limits.bytes {
        let found = old.isEmpty ? places : PythonText.occurrences(of: old, in: text)
        let count = limit < 0 ? found : min(found, limit)
        try interpreter.checkSize(interpreter.product(count, new.utf8.count))
      }
    }
    return PythonText.replaced(text, old, with: new, limit: limit)
  }

  private static func indented(
    _ text: String, by indentation: String, first: Bool, blank: Bool, _ interpreter: Interpreter
  ) throws(TemplateError) -> String {
    let lines = PythonText.lines(text + "\n", limit: interpreter.pieceLimit(-1))
    try interpreter.charge(lines.count)
    try interpreter.checkSize(interpreter.product(lines.count, indentation.utf8.count))
    let rest = lines.dropFirst().map { blank || !$0.isEmpty ? indentation + $0 : $0 }
    return (first ? indentation : "") + (lines.prefix(1) + rest).joined(separator: "\n")
  }

  private static func truncated(
    _ text: String, to length: Int, cutsWords: Bool, end: String, leeway: Int
  ) -> String {
    let scalars = text.unicodeScalars
    // Any numbers may be asked for: where their sum or difference overflows, it is beyond every text.
    let (most, isBeyond) = length.addingReportingOverflow(leeway)
    guard isBeyond ? length < 0 : scalars.count > most else { return text }
    let head = String(scalars.prefix(length > 0 ? max(0, length - end.unicodeScalars.count) : 0))
    if cutsWords { return head + end }
    return (PythonText.splitFromEnd(head, by: " ", limit: 1).first ?? "") + end
  }

  /// `str.center`: of an odd rest, the larger half stands left where the width is odd.
  static func centered(_ text: String, width: Int, fill: String) -> String {
    let rest = missing(width, text)
    let left = rest / 2 + (rest & width & 1)
    return String(repeating: fill, count: left) + text + String(repeating: fill, count: rest - left)
  }

  private static func json(
    _ value: TemplateValue, _ arguments: Arguments, _ interpreter: Interpreter
  ) throws(TemplateError) -> String {
    var writer = JSONWriter()
    writer.limit = interpreter.environment.limits.bytes
    if interpreter.environment.jsonStyle == .htmlSafe {
      let bound = try arguments.bound(to: ["indent"], of: "filter 'tojson'")
      writer.escapesNonASCII = true
      writer.sortsKeys = true
      try setIndentation(of: &writer, bound)
      return JSONWriter.htmlSafe(try writer.text(value))
    }
    let bound = try arguments.bound(
      to: ["ensure_ascii", "indent", "separators", "sort_keys"], of: "filter 'tojson'")
    writer.escapesNonASCII = try bound.flag("ensure_ascii")
    writer.sortsKeys = try bound.flag("sort_keys")
    try setIndentation(of: &writer, bound)
    if let separators = try bound.some("separators") {
      guard let pair = separators.elements, pair.count == 2, case .string(let item) = pair[0],
        case .string(let key) = pair[1]
      else { throw bound.mismatch("separators", "two strings", separators) }
      (writer.itemSeparator, writer.keySeparator) = (item, key)
    }
    return try writer.text(value)
  }

  private static func setIndentation(of writer: inout JSONWriter, _ bound: BoundArguments)
    throws(TemplateError)
  {
    guard let value = try bound.some("indent") else { return }
    writer.itemSeparator = ","
    if case .string(let text) = value {
      writer.indentation = text
    } else if let width = try bound.integer("indent") {
      guard width <= 100 else {
        throw .operation(
          .needs("filter 'tojson'", expected: "at most 100", parameter: "indent", found: "\(width)"))
      }
      writer.indentation = String(repeating: " ", count: max(width, 0))
    }
  }
}
