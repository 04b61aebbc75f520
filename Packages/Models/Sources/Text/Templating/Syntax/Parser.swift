/// The filters and tests that a template can name.
struct DefinedNames {
  let filters: Set<String>
  let tests: Set<String>
}

/// Reads tokens into statements; its grammar is that of Jinja2 3.1's parser.
struct Parser {
  let environment: TemplateEnvironment
  /// `nil` for expressions that name none: a name is then no error of the syntax.
  let names: DefinedNames?
  private let tokens: [Token]
  private var position = 0
  private var nesting = 0
  /// Operators since the tag began: with `nesting`, a bound on the height of its tree.
  private var operators = 0
  /// The statements that are open, innermost last.
  var openTags: [Token] = []
  var loopDepth = 0
  /// Inside of `if`, where Jinja looks for filters and tests only when it gets there.
  var conditionDepth = 0
  /// For each open macro, which of its hidden variables the body reads.
  var hiddenNames: [Set<String>] = []

  init(
    _ source: String, environment: TemplateEnvironment, names: DefinedNames? = nil
  ) throws(TemplateError) {
    self.environment = environment
    self.names = names
    var lexer = Lexer(source, environment: environment)
    tokens = try lexer.tokenize()
  }

  mutating func parseTemplate() throws(TemplateError) -> [Statement] {
    try parseBody(until: [])
  }

  // MARK: Tokens

  var current: Token { tokens[position] }
  var following: Token { tokens[min(position + 1, tokens.count - 1)] }

  @discardableResult
  mutating func advance() -> Token {
    let token = tokens[position]
    if position + 1 < tokens.count { position += 1 }
    return token
  }

  func isAt(_ symbol: String) -> Bool { current.kind == .symbol(symbol) }
  func isAt(name: String) -> Bool { current.kind == .name(name) }

  mutating func accept(_ symbol: String) -> Bool {
    guard isAt(symbol) else { return false }
    advance()
    return true
  }

  mutating func accept(name: String) -> Bool {
    guard isAt(name: name) else { return false }
    advance()
    return true
  }

  mutating func expect(_ symbol: String) throws(TemplateError) {
    guard accept(symbol) else { throw failure(.expected("'\(symbol)'", found: current.description)) }
  }

  mutating func expect(_ kind: Token.Kind) throws(TemplateError) {
    guard current.kind == kind else {
      let expected = Token(kind: kind, line: 0).description
      throw failure(.expected(expected, found: current.description))
    }
    advance()
  }

  mutating func expectName() throws(TemplateError) -> String {
    guard case .name(let name) = current.kind else {
      throw failure(.expected("a name", found: current.description))
    }
    advance()
    return name
  }

  func failure(_ problem: TemplateError.Problem, line: Int? = nil) -> TemplateError {
    TemplateError(.syntax, problem, line: line ?? current.line)
  }

  // MARK: Limits

  mutating func nested<Result>(
    _ body: (inout Parser) throws(TemplateError) -> Result
  ) throws(TemplateError) -> Result {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= environment.limits.nesting else {
      throw .limit(environment.limits.nesting, .levels, line: current.line)
    }
    return try body(&self)
  }

  mutating func countOperator() throws(TemplateError) {
    operators += 1
    guard operators <= 1000 else { throw .limit(1000, .operators, line: current.line) }
  }

  // MARK: Bodies

  /// Statements up to a tag with one of these names; the tokens then stand at that name.
  mutating func parseBody(until ends: [String]) throws(TemplateError) -> [Statement] {
    var body: [Statement] = []
    while true {
      let token = current
      operators = 0
      switch token.kind {
      case .data(let text):
        advance()
        body.append(.text(text))
      case .outputBegin:
        advance()
        let expression = try parseTuple()
        try expect(.outputEnd)
        body.append(.output(expression, line: max(expression.line, token.line)))
      case .statementBegin:
        advance()
        if case .name(let name) = current.kind, ends.contains(name) { return body }
        body.append(contentsOf: try nested { parser throws(TemplateError) in try parser.parseStatement() })
        try expect(.statementEnd)
      default:
        guard ends.isEmpty else { throw unclosed(ends) }
        return body
      }
    }
  }

  private func unclosed(_ ends: [String]) -> TemplateError {
    let tag = openTags.last
    return failure(.endsBefore(ends, open: tag.map { Self.name(of: $0) }, line: tag?.line ?? 0))
  }

  static func name(of token: Token) -> String {
    if case .name(let name) = token.kind { name } else { token.description }
  }
}
