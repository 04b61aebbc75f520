/// A form of source that is recognized token by token: Python in which `@name` stands for any name, the same wherever it
/// stands again, `$name` for a literal text or number, and `?name` for an f-string.
struct PythonForm: Sendable {
  private let tokens: [PythonToken]

  /// - Precondition: The form is Python but for its marks.
  init(_ source: String) {
    guard let tokens = PythonLexer.tokens(of: source) else { preconditionFailure("no form: \(source)") }
    self.tokens = PythonLayout.cleaned(tokens)
  }

  /// What the marks stand for; `nil` for a statement of another form.
  func match(_ statement: [PythonToken]) -> [String: PythonToken]? {
    var found: [String: PythonToken] = [:]
    var position = 0
    var index = 0
    while index < tokens.count {
      guard position < statement.count else { return nil }
      let token = statement[position]
      if case .symbol(let mark) = tokens[index], ["@", "$", "?"].contains(mark), index + 1 < tokens.count,
        let key = tokens[index + 1].name
      {
        guard token.fits(mark), found[key] == nil || found[key] == token else { return nil }
        found[key] = token
        index += 2
      } else {
        guard tokens[index] == token else { return nil }
        index += 1
      }
      position += 1
    }
    return position == statement.count ? found : nil
  }
}

extension PythonToken {
  /// Whether a mark of a form stands for such a token.
  fileprivate func fits(_ mark: String) -> Bool {
    switch (mark, self) {
    case ("@", .name), ("$", .text(_, isBytes: false)), ("?", .formatted): true
    case ("$", .number(let number)): Int(number) != nil
    default: false
    }
  }
}
