/// Expressions, loosest binding first.
extension Parser {
  /// An expression, or a tuple without parentheses.
  mutating func parseTuple(withConditional: Bool = true) throws(TemplateError) -> Expression {
    let first = try withConditional ? parseExpression() : parseOr()
    guard isAt(",") else { return first }
    var elements = [first]
    while accept(",") {
      if isAt(")") || current.kind == .statementEnd || current.kind == .outputEnd { break }
      elements.append(try withConditional ? parseExpression() : parseOr())
    }
    return .tuple(elements)
  }

  mutating func parseExpression() throws(TemplateError) -> Expression {
    try nested { parser throws(TemplateError) in
      let line = parser.current.line
      var result = try parser.parseOr()
      while parser.accept(name: "if") {
        try parser.countOperator()
        let test = try parser.parseOr()
        let otherwise = parser.accept(name: "else") ? try parser.parseExpression() : nil
        result = .conditional(test: test, then: result, otherwise: otherwise, line: line)
      }
      return result
    }
  }

  private mutating func parseOr() throws(TemplateError) -> Expression {
    let line = current.line
    var left = try parseAnd()
    while accept(name: "or") {
      try countOperator()
      left = .or(left, try parseAnd(), line: line)
    }
    return left
  }

  private mutating func parseAnd() throws(TemplateError) -> Expression {
    let line = current.line
    var left = try parseNot()
    while accept(name: "and") {
      try countOperator()
      left = .and(left, try parseNot(), line: line)
    }
    return left
  }

  private mutating func parseNot() throws(TemplateError) -> Expression {
    let line = current.line
    guard accept(name: "not") else { return try parseComparison() }
    return .not(try nested { parser throws(TemplateError) in try parser.parseNot() }, line: line)
  }

  private mutating func parseComparison() throws(TemplateError) -> Expression {
    let line = current.line
    let first = try parseSum()
    var rest: [(comparison: ComparisonOperator, operand: Expression)] = []
    while let comparison = acceptComparison() {
      rest.append((comparison, try parseSum()))
    }
    return rest.isEmpty ? first : .comparison(first, rest, line: line)
  }

  private mutating func acceptComparison() -> ComparisonOperator? {
    switch current.kind {
    case .symbol(let symbol):
      guard let comparison = ComparisonOperator(rawValue: symbol) else { return nil }
      advance()
      return comparison
    case .name("in"):
      advance()
      return .contained
    case .name("not") where following.kind == .name("in"):
      advance()
      advance()
      return .notContained
    default: return nil
    }
  }

  /// The operator and its line.
  private mutating func acceptArithmetic(_ allowed: [ArithmeticOperator]) -> (ArithmeticOperator, Int)? {
    guard case .symbol(let symbol) = current.kind, let found = ArithmeticOperator(rawValue: symbol),
      allowed.contains(found)
    else { return nil }
    return (found, advance().line)
  }

  private mutating func parseSum() throws(TemplateError) -> Expression {
    var left = try parseConcatenation()
    while let (operation, line) = acceptArithmetic([.add, .subtract]) {
      try countOperator()
      left = .arithmetic(operation, left, try parseConcatenation(), line: line)
    }
    return left
  }

  private mutating func parseConcatenation() throws(TemplateError) -> Expression {
    let line = current.line
    var parts = [try parseProduct()]
    while accept("~") { parts.append(try parseProduct()) }
    return parts.count == 1 ? parts[0] : .concatenation(parts, line: line)
  }

  private mutating func parseProduct() throws(TemplateError) -> Expression {
    var left = try parsePower()
    while let (operation, line) = acceptArithmetic([.multiply, .divide, .floorDivide, .remainder]) {
      try countOperator()
      left = .arithmetic(operation, left, try parsePower(), line: line)
    }
    return left
  }

  private mutating func parsePower() throws(TemplateError) -> Expression {
    var left = try parseSigned()
    while let (_, line) = acceptArithmetic([.power]) {
      try countOperator()
      left = .arithmetic(.power, left, try parseSigned(), line: line)
    }
    return left
  }

  /// Filters bind to a sign and its operand together: `-1 | abs` is 1.
  private mutating func parseSigned(withFilters: Bool = true) throws(TemplateError) -> Expression {
    let line = current.line
    var result: Expression
    if accept("-") {
      result = .negative(
        try nested { parser throws(TemplateError) in try parser.parseSigned(withFilters: false) }, line: line)
    } else if accept("+") {
      result = .positive(
        try nested { parser throws(TemplateError) in try parser.parseSigned(withFilters: false) }, line: line)
    } else {
      result = try parsePrimary()
    }
    result = try parsePostfix(of: result)
    return withFilters ? try parseFiltersAndTests(of: result) : result
  }

  mutating func parsePrimary() throws(TemplateError) -> Expression {
    let token = current
    switch token.kind {
    case .name(let name):
      advance()
      return nameOrConstant(name, line: token.line)
    case .string:
      var text = ""
      while case .string(let part) = current.kind {
        text += part
        advance()
      }
      return .literal(.string(text))
    case .integer(let value):
      advance()
      return .literal(.integer(value))
    case .float(let value):
      advance()
      return .literal(.float(value))
    case .symbol("("): return try parseParentheses()
    case .symbol("["): return try parseList()
    case .symbol("{"): return try parseDictionary()
    default: throw failure(.expected("an expression", found: token.description))
    }
  }

  private mutating func nameOrConstant(_ name: String, line: Int) -> Expression {
    switch name {
    case "true", "True": return .literal(.boolean(true))
    case "false", "False": return .literal(.boolean(false))
    case "none", "None": return .literal(.null)
    default:
      for index in hiddenNames.indices { hiddenNames[index].insert(name) }
      return .name(name, line: line)
    }
  }

  private mutating func parseParentheses() throws(TemplateError) -> Expression {
    try expect("(")
    if accept(")") { return .tuple([]) }
    let result = try parseTuple()
    try expect(")")
    return result
  }

  private mutating func parseList() throws(TemplateError) -> Expression {
    try expect("[")
    var elements: [Expression] = []
    while !isAt("]") {
      if !elements.isEmpty { try expect(",") }
      if isAt("]") { break }
      elements.append(try parseExpression())
    }
    try expect("]")
    return .list(elements)
  }

  private mutating func parseDictionary() throws(TemplateError) -> Expression {
    let line = current.line
    try expect("{")
    var entries: [(key: Expression, value: Expression)] = []
    while !isAt("}") {
      if !entries.isEmpty { try expect(",") }
      if isAt("}") { break }
      let key = try parseExpression()
      try expect(":")
      entries.append((key, try parseExpression()))
    }
    try expect("}")
    return .dictionary(entries, line: line)
  }
}
