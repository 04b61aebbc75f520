/// Takes what changes nothing out of a statement: texts that only document, and annotations of types.
enum PythonLayout {
  static func cleaned(_ tokens: [PythonToken]) -> [PythonToken] {
    withoutAnnotations(withoutDocumentation(tokens))
  }

  /// Without lines that are a text only.
  private static func withoutDocumentation(_ tokens: [PythonToken]) -> [PythonToken] {
    var result: [PythonToken] = []
    for (index, token) in tokens.enumerated() {
      let isLine =
        token.text != nil && result.last?.isLayout != false
        && index + 1 < tokens.count && tokens[index + 1] == .newline
      if isLine { continue }
      // The end of the line that was left out.
      if token == .newline, result.last?.isLayout != false { continue }
      result.append(token)
    }
    return result
  }

  /// Without `: type` and `-> type` of functions, and without `: type` of variables that get a value.
  private static func withoutAnnotations(_ tokens: [PythonToken]) -> [PythonToken] {
    var result: [PythonToken] = []
    var index = 0
    while index < tokens.count {
      if tokens[index].name == "def", let end = header(tokens, from: index, into: &result) {
        index = end
      } else if isAnnotated(tokens, at: index), let end = end(of: tokens, from: index + 2, before: ["="]) {
        result.append(tokens[index])
        index = end
      } else {
        result.append(tokens[index])
        index += 1
      }
    }
    return result
  }

  /// Whether `name : type = …` begins a line.
  private static func isAnnotated(_ tokens: [PythonToken], at index: Int) -> Bool {
    guard index + 1 < tokens.count, tokens[index].name != nil, tokens[index + 1] == .symbol(":") else {
      return false
    }
    if let name = tokens[index].name, ["else", "try", "finally", "lambda", "except"].contains(name) {
      return false
    }
    return index == 0 || tokens[index - 1].isLayout
  }

  /// Where one of these symbols stands, outside of brackets and on the same line.
  private static func end(of tokens: [PythonToken], from start: Int, before symbols: [String]) -> Int? {
    var depth = 0
    for index in start..<tokens.count {
      switch tokens[index] {
      case .symbol(let symbol):
        if depth == 0, symbols.contains(symbol) { return index }
        if ["(", "[", "{"].contains(symbol) { depth += 1 }
        if [")", "]", "}"].contains(symbol) { depth -= 1 }
      case .newline: return nil
      default: break
      }
    }
    return nil
  }

  /// Copies `def name(parameters):` without types; where it ends, or `nil` for what is no such header.
  private static func header(
    _ tokens: [PythonToken], from start: Int, into result: inout [PythonToken]
  ) -> Int? {
    guard start + 2 < tokens.count, tokens[start + 2] == .symbol("(") else { return nil }
    var copy = Array(tokens[start...(start + 2)])
    var index = start + 3
    while index < tokens.count, tokens[index] != .symbol(")") {
      if tokens[index] == .symbol(":") {
        guard let end = end(of: tokens, from: index + 1, before: [",", "=", ")"]) else { return nil }
        index = end
      } else if tokens[index] == .symbol("="),
        let end = end(of: tokens, from: index + 1, before: [",", ")"])
      {
        copy += tokens[index..<end]
        index = end
      } else {
        copy.append(tokens[index])
        index += 1
      }
    }
    guard let colon = end(of: tokens, from: index + 1, before: [":"]) else { return nil }
    result += copy + [.symbol(")")]
    return colon
  }
}
