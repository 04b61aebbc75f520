extension Library {
  typealias StringMethod = @Sendable (String, Arguments, Interpreter) throws(TemplateError) -> TemplateValue

  static let stringMethods: [String: StringMethod] = caseMethods.merging(searchMethods) { first, _ in first }
    .merging(layoutMethods) { first, _ in first }

  private static func plain(_ name: String, _ body: @escaping @Sendable (String) -> TemplateValue)
    -> StringMethod
  {
    { text, arguments, _ throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "method '\(name)'")
      return body(text)
    }
  }

  private static func all(_ name: String, _ test: @escaping @Sendable (Unicode.Scalar) -> Bool)
    -> StringMethod
  {
    plain(name) { .boolean(!$0.isEmpty && $0.unicodeScalars.allSatisfy(test)) }
  }

  private static let caseMethods: [String: StringMethod] = [
    "upper": plain("upper") { .string(PythonText.upper($0)) },
    "lower": plain("lower") { .string(PythonText.lower($0)) },
    "casefold": plain("casefold") { .string(PythonText.folded($0)) },
    "title": plain("title") { .string(PythonText.titled($0)) },
    "capitalize": plain("capitalize") { .string(PythonText.capitalized($0)) },
    "swapcase": plain("swapcase") { .string(PythonText.swapped($0)) },
    "isupper": plain("isupper") { .boolean(PythonText.isUpper($0)) },
    "islower": plain("islower") { .boolean(PythonText.isLower($0)) },
    "isspace": all("isspace", PythonText.isSpace),
    "isalpha": all("isalpha") { isLetter($0) },
    "isalnum": all("isalnum") { isLetter($0) || $0.properties.numericType != nil },
    "isdigit": all("isdigit") {
      $0.properties.numericType == .decimal || $0.properties.numericType == .digit
    },
    "isdecimal": all("isdecimal") { $0.properties.numericType == .decimal },
    "isnumeric": all("isnumeric") { $0.properties.numericType != nil },
  ]

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  private static let searchMethods: [String: StringMethod] = [
    "startswith": { text, arguments, interpreter throws(TemplateError) in
      try ends(text, arguments, "startswith", interpreter, PythonText.hasPrefix)
    },
    "endswith": { text, arguments, interpreter throws(TemplateError) in
      try ends(text, arguments, "endswith", interpreter, PythonText.hasSuffix)
    },
    "find": { text, arguments, _ throws(TemplateError) in
      .integer(try place(text, arguments, "find") ?? -1)
    },
    "rfind": { text, arguments, _ throws(TemplateError) in
      .integer(try place(text, arguments, "rfind", fromEnd: true) ?? -1)
    },
    "index": { text, arguments, _ throws(TemplateError) in
      guard let place = try place(text, arguments, "index") else { throw missing(arguments) }
      return .integer(place)
    },
    "rindex": { text, arguments, _ throws(TemplateError) in
      guard let place = try place(text, arguments, "rindex", fromEnd: true) else { throw missing(arguments) }
      return .integer(place)
    },
    "count": { text, arguments, _ throws(TemplateError) in
      let bound = try arguments.bound(to: ["sub"], required: 1, of: "method 'count'")
      let needle = try bound.string("sub") ?? ""
      guard !needle.isEmpty else { return .integer(text.unicodeScalars.count + 1) }
      return .integer(PythonText.occurrences(of: needle, in: text))
    },
    "split": { text, arguments, interpreter throws(TemplateError) in
      let (separator, limit) = try cut(arguments, "split")
      let most = interpreter.pieceLimit(limit)
      let pieces =
        separator.map { PythonText.split(text, by: $0, limit: most) } ?? PythonText.words(text, limit: most)
      return .list(pieces.map(TemplateValue.string))
    },
    "rsplit": { text, arguments, interpreter throws(TemplateError) in
      let (separator, limit) = try cut(arguments, "rsplit")
      let most = interpreter.pieceLimit(limit)
      let pieces =
        separator.map { PythonText.splitFromEnd(text, by: $0, limit: most) }
        ?? PythonText.wordsFromEnd(text, limit: most)
      return .list(pieces.map(TemplateValue.string))
    },
    "partition": { text, arguments, _ throws(TemplateError) in
      let separator = try separator(arguments, "partition")
      let pieces = PythonText.split(text, by: separator, limit: 1)
      return .tuple(
        (pieces.count == 2 ? [pieces[0], separator, pieces[1]] : [text, "", ""]).map(TemplateValue.string))
    },
    "rpartition": { text, arguments, _ throws(TemplateError) in
      let separator = try separator(arguments, "rpartition")
      let pieces = PythonText.splitFromEnd(text, by: separator, limit: 1)
      return .tuple(
        (pieces.count == 2 ? [pieces[0], separator, pieces[1]] : ["", "", text]).map(TemplateValue.string))
    },
    "splitlines": { text, arguments, interpreter throws(TemplateError) in
      let bound = try arguments.bound(to: ["keepends"], of: "method 'splitlines'")
      let lines = PythonText.lines(
        text, keepingEnds: try bound.flag("keepends"), limit: interpreter.pieceLimit(-1))
      return .list(lines.map(TemplateValue.string))
    },
  ]

  private static func ends(
    _ text: String, _ arguments: Arguments, _ name: String, _ interpreter: Interpreter,
    _ test: (String, String) -> Bool
  ) throws(TemplateError) -> TemplateValue {
    let bound = try arguments.bound(to: ["prefix", "start", "end"], required: 1, of: "method '\(name)'")
    var text = text
    let start = try bound.integer("start")
    let end = try bound.integer("end")
    if start != nil || end != nil {
      text = TemplateValue.string(text).sliced(start: start, stop: end, step: 1)?.text ?? ""
    }
    if case .tuple(let candidates)? = bound["prefix"] {
      try interpreter.chargeWhole(.tuple(candidates))
      return .boolean(
        candidates.contains { if case .string(let part) = $0 { test(text, part) } else { false } })
    }
    guard let part = try bound.string("prefix") else { throw bound.mismatch("prefix", "a string", .null) }
    return .boolean(test(text, part))
  }

  /// The first or last place of the first argument, counted in code points.
  private static func place(
    _ text: String, _ arguments: Arguments, _ name: String, fromEnd: Bool = false
  ) throws(TemplateError) -> Int? {
    let bound = try arguments.bound(to: ["sub", "start", "end"], required: 1, of: "method '\(name)'")
    guard let needle = try bound.string("sub") else { throw bound.mismatch("sub", "a string", .null) }
    let scalars = text.unicodeScalars
    let count = scalars.count
    func clamped(_ place: Int) -> Int { min(max(place < 0 ? place + count : place, 0), count) }
    let start = clamped(try bound.integer("start") ?? 0)
    let stop = clamped(try bound.integer("end") ?? count)
    guard start <= stop else { return nil }
    let first = scalars.index(scalars.startIndex, offsetBy: start)
    let part = scalars[first..<scalars.index(first, offsetBy: stop - start)]
    return PythonText.place(of: needle, in: String(part), fromEnd: fromEnd).map { $0 + start }
  }

  /// How many characters a text lacks to be as wide as asked, which may be any number.
  static func missing(_ width: Int, _ text: String) -> Int {
    width > 0 ? max(0, width - text.unicodeScalars.count) : 0
  }

  private static func missing(_ arguments: Arguments) -> TemplateError {
    .operation(.notIn(arguments.positional.first?.excerpt ?? "", "the string"))
  }

  private static func cut(
    _ arguments: Arguments, _ name: String
  ) throws(TemplateError) -> (separator: String?, limit: Int) {
    let bound = try arguments.bound(to: ["sep", "maxsplit"], of: "method '\(name)'")
    let separator = try bound.string("sep")
    guard separator != "" else { throw emptySeparator(name) }
    return (separator, try bound.integer("maxsplit") ?? -1)
  }

  private static func separator(_ arguments: Arguments, _ name: String) throws(TemplateError) -> String {
    let bound = try arguments.bound(to: ["sep"], required: 1, of: "method '\(name)'")
    guard let separator = try bound.string("sep"), !separator.isEmpty else {
      throw emptySeparator(name)
    }
    return separator
  }

  private static func emptySeparator(_ name: String) -> TemplateError {
    .operation(.needs("method '\(name)'", expected: "a text that is not empty", parameter: "sep"))
  }

  private static let layoutMethods: [String: StringMethod] = [
    "strip": { text, arguments, _ throws(TemplateError) in try strip(text, arguments, "strip") },
    "lstrip": { text, arguments, _ throws(TemplateError) in try strip(text, arguments, "lstrip", end: false)
    },
    "rstrip": { text, arguments, _ throws(TemplateError) in try strip(text, arguments, "rstrip", start: false)
    },
    "removeprefix": { text, arguments, _ throws(TemplateError) in
      let prefix =
        try arguments.bound(to: ["prefix"], required: 1, of: "method 'removeprefix'").string("prefix") ?? ""
      return .string(
        PythonText.hasPrefix(text, prefix)
          ? String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : text)
    },
    "removesuffix": { text, arguments, _ throws(TemplateError) in
      let suffix =
        try arguments.bound(to: ["suffix"], required: 1, of: "method 'removesuffix'").string("suffix") ?? ""
      return .string(
        PythonText.hasSuffix(text, suffix)
          ? String(decoding: text.utf8.dropLast(suffix.utf8.count), as: UTF8.self) : text)
    },
    "replace": { text, arguments, interpreter throws(TemplateError) in
      let bound = try arguments.bound(to: ["old", "new", "count"], required: 2, of: "method 'replace'")
      guard let old = try bound.string("old"), let new = try bound.string("new") else {
        throw bound.mismatch("old", "a string", .null)
      }
      return .string(try replaced(text, old, new, limit: try bound.integer("count") ?? -1, interpreter))
    },
    "join": { text, arguments, interpreter throws(TemplateError) in
      let bound = try arguments.bound(to: ["iterable"], required: 1, of: "method 'join'")
      var parts: [String] = []
      var bytes = 0
      for element in try interpreter.elements(of: bound["iterable"] ?? .null) {
        guard case .string(let part) = element else {
          throw .needs("method 'join'", "strings", found: element)
        }
        bytes += part.utf8.count + text.utf8.count
        try interpreter.checkSize(bytes)
        parts.append(part)
      }
      return .string(parts.joined(separator: text))
    },
    "format": { text, arguments, interpreter throws(TemplateError) in
      .string(try BraceFormat(arguments, interpreter).apply(text))
    },
    "center": padding("center") { text, width, fill in centered(text, width: width, fill: fill) },
    "ljust": padding("ljust") { text, width, fill in
      text + String(repeating: fill, count: missing(width, text))
    },
    "rjust": padding("rjust") { text, width, fill in
      String(repeating: fill, count: missing(width, text)) + text
    },
    "zfill": { text, arguments, interpreter throws(TemplateError) in
      let width = try arguments.bound(to: ["width"], required: 1, of: "method 'zfill'").integer("width") ?? 0
      try interpreter.checkSize(width)
      let zeros = String(repeating: "0", count: missing(width, text))
      guard let sign = text.unicodeScalars.first, sign == "+" || sign == "-" else {
        return .string(zeros + text)
      }
      return .string(String(sign) + zeros + String(text.unicodeScalars.dropFirst()))
    },
  ]

  private static func strip(
    _ text: String, _ arguments: Arguments, _ name: String, start: Bool = true, end: Bool = true
  ) throws(TemplateError) -> TemplateValue {
    let bound = try arguments.bound(to: ["chars"], of: "method '\(name)'")
    return .string(trimmed(text, try bound.string("chars"), start: start, end: end))
  }

  private static func padding(
    _ name: String, _ body: @escaping @Sendable (String, Int, String) -> String
  ) -> StringMethod {
    { text, arguments, interpreter throws(TemplateError) in
      let bound = try arguments.bound(to: ["width", "fillchar"], required: 1, of: "method '\(name)'")
      let width = try bound.integer("width") ?? 0
      let fill = try bound.string("fillchar") ?? " "
      guard fill.unicodeScalars.count == 1 else {
        throw .operation(
          .needs(
            "method '\(name)'", expected: "one character", parameter: "fillchar",
            found: "'\(fill.prefix(20))'"))
      }
      try interpreter.checkSize(width > 0 ? interpreter.product(width, fill.utf8.count) : 0)
      return .string(body(text, width, fill))
    }
  }
}
