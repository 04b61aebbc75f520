extension Parser {
  /// One statement, from its name up to its last `%}`, which is left.
  mutating func parseStatement() throws(TemplateError) -> [Statement] {
    guard case .name(let name) = current.kind else {
      throw failure(.expected("the name of a statement", found: current.description))
    }
    let token = advance()
    openTags.append(token)
    defer { openTags.removeLast() }
    switch name {
    case "if": return [try parseIf(line: token.line)]
    case "for": return [.loop(try parseFor(), line: token.line)]
    case "set": return [try parseSet(line: token.line)]
    case "macro": return [.macro(try parseMacro(), line: token.line)]
    case "call": return [try parseCallBlock(line: token.line)]
    case "filter": return [try parseFilterBlock(line: token.line)]
    case "with": return [try parseWith(line: token.line)]
    case "print": return try parsePrint(line: token.line)
    case "break", "continue", "generation":
      if environment.hasChatExtensions { return [try parseChatStatement(name, line: token.line)] }
    case "include", "import", "from", "extends", "block", "autoescape":
      throw failure(.unsupported(.statement(name)), line: token.line)
    default: break
    }
    throw unknown(name, line: token.line)
  }

  private func unknown(_ name: String, line: Int) -> TemplateError {
    let known = ["if", "for", "set", "macro", "call", "filter", "with", "print", "raw"]
    let ends = [
      "elif", "else", "endif", "endfor", "endset", "endmacro", "endcall", "endfilter", "endwith", "endraw",
    ]
    if ends.contains(name) {
      guard let open = openTags.dropLast().last else {
        return failure(.misplaced(.end(name)), line: line)
      }
      return failure(.misplaced(.end(name, open: Self.name(of: open), line: open.line)), line: line)
    }
    return .unknown(.statement, name, among: known.sorted(), kind: .syntax, line: line)
  }

  private mutating func parseBlock(until ends: [String]) throws(TemplateError) -> [Statement] {
    _ = accept(":")
    try expect(.statementEnd)
    return try parseBody(until: ends)
  }

  /// A body with one possible end, which is consumed.
  private mutating func parseBlock(through end: String) throws(TemplateError) -> [Statement] {
    let body = try parseBlock(until: [end])
    advance()
    return body
  }

  private mutating func parseIf(line: Int) throws(TemplateError) -> Statement {
    conditionDepth += 1
    defer { conditionDepth -= 1 }
    var branches: [(test: Expression, body: [Statement])] = []
    while true {
      let test = try parseTuple(withConditional: false)
      branches.append((test, try parseBlock(until: ["elif", "else", "endif"])))
      if accept(name: "elif") { continue }
      let otherwise = accept(name: "else") ? try parseBlock(until: ["endif"]) : []
      advance()
      return .condition(branches, otherwise: otherwise, line: line)
    }
  }

  private mutating func parseFor() throws(TemplateError) -> Loop {
    let target = try parseTarget(end: "in")
    try expect(.name("in"))
    let elements = try parseTuple(withConditional: false)
    let condition = accept(name: "if") ? try parseExpression() : nil
    if isAt(name: "recursive") { throw failure(.unsupported(.recursiveLoop)) }
    loopDepth += 1
    let body = try parseBlock(until: ["endfor", "else"])
    loopDepth -= 1
    let otherwise = accept(name: "else") ? try parseBlock(until: ["endfor"]) : []
    advance()
    return Loop(target: target, elements: elements, condition: condition, body: body, otherwise: otherwise)
  }

  private mutating func parseSet(line: Int) throws(TemplateError) -> Statement {
    let target = try parseTarget(end: nil, allowsAttribute: true)
    if accept("=") { return .assignment(target, try parseTuple(), line: line) }
    let filter = isAt("|") ? try parseFilters(of: nil) : nil
    return .blockAssignment(target, filter: filter, body: try parseBlock(through: "endset"), line: line)
  }

  private mutating func parseMacro() throws(TemplateError) -> Macro {
    let name = try expectName()
    try expect("(")
    return try parseCallable(name: name, parameters: try parseParameters(), end: "endmacro")
  }

  private mutating func parseCallable(
    name: String, parameters: [(name: String, value: Expression?)], end: String
  ) throws(TemplateError) -> Macro {
    let outerLoops = loopDepth
    loopDepth = 0
    hiddenNames.append([])
    let body = try parseBlock(through: end)
    loopDepth = outerLoops
    var macro = Macro(name: name, parameters: parameters, body: body)
    let used = (hiddenNames.popLast() ?? []).subtracting(parameters.map(\.name))
    macro.takesCaller = used.contains("caller")
    macro.takesMorePositional = used.contains("varargs")
    macro.takesMoreNamed = used.contains("kwargs")
    return macro
  }

  /// Names with defaults up to the closing parenthesis; the opening one is behind.
  private mutating func parseParameters() throws(TemplateError) -> [(name: String, value: Expression?)] {
    var parameters: [(name: String, value: Expression?)] = []
    while !isAt(")") {
      if !parameters.isEmpty { try expect(",") }
      let name = try expectName()
      let value = accept("=") ? try parseExpression() : nil
      if value == nil, parameters.last?.value != nil {
        throw failure(.misplaced(.parameterWithoutDefault(name)))
      }
      parameters.append((name, value))
    }
    try expect(")")
    return parameters
  }

  private mutating func parseCallBlock(line: Int) throws(TemplateError) -> Statement {
    let parameters = accept("(") ? try parseParameters() : []
    let call = try parseExpression()
    guard case .call = call else { throw failure(.expected("a call"), line: line) }
    return .call(
      call, caller: try parseCallable(name: "caller", parameters: parameters, end: "endcall"), line: line)
  }

  private mutating func parseFilterBlock(line: Int) throws(TemplateError) -> Statement {
    let filter = try parseFilters(of: nil, startsInline: true)
    return .filter(filter, body: try parseBlock(through: "endfilter"), line: line)
  }

  private mutating func parseWith(line: Int) throws(TemplateError) -> Statement {
    var assignments: [(target: Target, value: Expression)] = []
    while current.kind != .statementEnd {
      if !assignments.isEmpty { try expect(",") }
      let target = try parseTarget(end: nil)
      try expect("=")
      assignments.append((target, try parseExpression()))
    }
    return .with(assignments, body: try parseBlock(through: "endwith"), line: line)
  }

  private mutating func parsePrint(line: Int) throws(TemplateError) -> [Statement] {
    var statements: [Statement] = []
    while current.kind != .statementEnd {
      if !statements.isEmpty { try expect(",") }
      statements.append(.output(try parseExpression(), line: line))
    }
    return statements
  }

  private mutating func parseChatStatement(_ name: String, line: Int) throws(TemplateError) -> Statement {
    if name == "generation" {
      // transformers marks what the assistant wrote, as the body of a call: a scope, outside of any loop
      return .scope(try parseCallable(name: "generation", parameters: [], end: "endgeneration").body)
    }
    guard loopDepth > 0 else { throw failure(.misplaced(.outsideLoop(name)), line: line) }
    return name == "break" ? .breakLoop : .continueLoop
  }

  // MARK: Targets

  /// What `set`, `for` and `with` assign to: a name, a namespace's attribute, or several separated by commas.
  private mutating func parseTarget(end: String?, allowsAttribute: Bool = false) throws(TemplateError)
    -> Target
  {
    let line = current.line
    var targets = [try parseOneTarget(allowsAttribute: allowsAttribute)]
    var isTuple = false
    while accept(",") {
      isTuple = true
      if let end, isAt(name: end) { break }
      if isAt("=") || isAt(")") || current.kind == .statementEnd { break }
      targets.append(try parseOneTarget(allowsAttribute: allowsAttribute))
    }
    return isTuple ? .tuple(targets, line: line) : targets[0]
  }

  private mutating func parseOneTarget(allowsAttribute: Bool) throws(TemplateError) -> Target {
    if accept("(") {
      let target = try nested { parser throws(TemplateError) in
        try parser.parseTarget(end: nil, allowsAttribute: allowsAttribute)
      }
      try expect(")")
      return target
    }
    let line = current.line
    let name = try expectName()
    guard !["true", "false", "none", "True", "False", "None"].contains(name) else {
      throw failure(.unfit("'\(name)'", for: .assignment), line: line)
    }
    guard allowsAttribute, accept(".") else { return .name(name) }
    return .attribute(name, try expectName(), line: line)
  }
}
