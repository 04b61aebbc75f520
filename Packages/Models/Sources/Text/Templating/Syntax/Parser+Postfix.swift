/// What follows an operand: attributes, elements, calls, filters, tests.
extension Parser {
  mutating func parsePostfix(of operand: Expression) throws(TemplateError) -> Expression {
    var result = operand
    while true {
      let line = current.line
      if accept(".") {
        result = try parseAttribute(of: result, line: line)
      } else if accept("[") {
        result = try parseSubscript(of: result, line: line)
      } else if isAt("(") {
        result = .call(result, try parseArguments(), line: line)
      } else {
        return result
      }
      try countOperator()
    }
  }

  private mutating func parseAttribute(of operand: Expression, line: Int) throws(TemplateError) -> Expression
  {
    switch current.kind {
    case .name(let name):
      advance()
      return .attribute(operand, name, line: line)
    case .integer(let index):
      advance()
      return .item(operand, .literal(.integer(index)), line: line)
    default: throw failure(.expected("a name or number after '.'", found: current.description))
    }
  }

  private mutating func parseSubscript(of operand: Expression, line: Int) throws(TemplateError) -> Expression
  {
    let start = isAt(":") ? nil : try parseExpression()
    guard accept(":") else {
      guard let start else { throw failure(.expected("an index")) }
      guard isAt(",") else {
        try expect("]")
        return .item(operand, start, line: line)
      }
      var keys = [start]
      while accept(",") { keys.append(try parseExpression()) }
      try expect("]")
      return .item(operand, .tuple(keys), line: line)
    }
    let stop = isAt(":") || isAt("]") ? nil : try parseExpression()
    let step = accept(":") && !isAt("]") ? try parseExpression() : nil
    try expect("]")
    return .slice(operand, start: start, stop: stop, step: step, line: line)
  }

  mutating func parseArguments() throws(TemplateError) -> CallArguments {
    try expect("(")
    var arguments = CallArguments()
    var isFirst = true
    while !isAt(")") {
      if !isFirst {
        try expect(",")
        if isAt(")") { break }
      }
      isFirst = false
      try parseArgument(into: &arguments)
    }
    try expect(")")
    return arguments
  }

  private mutating func parseArgument(into arguments: inout CallArguments) throws(TemplateError) {
    let isUnpacked = arguments.unpackedList != nil || arguments.unpackedDictionary != nil
    if isAt("*") || isAt("**") {
      let isList = accept("*")
      if !isList { advance() }
      guard arguments.unpackedDictionary == nil, !isList || arguments.unpackedList == nil else {
        throw failure(.misplaced(.afterUnpacking(nil)))
      }
      let value = try parseExpression()
      if isList { arguments.unpackedList = value } else { arguments.unpackedDictionary = value }
    } else if case .name(let name) = current.kind, following.kind == .symbol("=") {
      guard arguments.unpackedDictionary == nil else {
        throw failure(.misplaced(.afterUnpacking(name)))
      }
      advance()
      advance()
      arguments.named.append((name, try parseExpression()))
    } else {
      guard !isUnpacked, arguments.named.isEmpty else {
        throw failure(.misplaced(.positionalAfterNamed))
      }
      arguments.positional.append(try parseExpression())
    }
  }

  // MARK: Filters and tests

  mutating func parseFiltersAndTests(of operand: Expression) throws(TemplateError) -> Expression {
    var result = operand
    while true {
      if isAt("|") {
        result = try parseFilters(of: result)
      } else if isAt(name: "is") {
        result = try parseTest(of: result)
      } else if isAt("(") {
        result = .call(result, try parseArguments(), line: current.line)
      } else {
        return result
      }
      try countOperator()
    }
  }

  /// One or more filters in a row; the first has no `|` before it when it starts a filter block.
  mutating func parseFilters(of operand: Expression?, startsInline: Bool = false) throws(TemplateError)
    -> Expression
  {
    var result = operand
    var isInline = startsInline
    repeat {
      if !isInline { try expect("|") }
      isInline = false
      try countOperator()
      let line = current.line
      let name = try parseDottedName()
      if conditionDepth == 0, let known = names?.filters, !known.contains(name) {
        throw .unknown(.filter, name, among: known.sorted(), kind: .syntax, line: line)
      }
      let arguments = isAt("(") ? try parseArguments() : CallArguments()
      result = .filter(result, name, arguments, line: line)
    } while isAt("|")
    return result ?? .literal(.null)
  }

  private mutating func parseDottedName() throws(TemplateError) -> String {
    var name = try expectName()
    while accept(".") { name += "." + (try expectName()) }
    return name
  }

  private mutating func parseTest(of operand: Expression) throws(TemplateError) -> Expression {
    let line = advance().line
    let isNegated = accept(name: "not")
    let name = try parseDottedName()
    if conditionDepth == 0, let known = names?.tests, !known.contains(name) {
      throw .unknown(.test, name, among: known.sorted(), kind: .syntax, line: line)
    }
    let test = Expression.test(operand, name, try parseTestArguments(), line: line)
    return isNegated ? .not(test, line: line) : test
  }

  /// Arguments in parentheses, or one operand without them: `x is divisibleby 3`.
  private mutating func parseTestArguments() throws(TemplateError) -> CallArguments {
    switch current.kind {
    case .symbol("("): return try parseArguments()
    case .name("else"), .name("or"), .name("and"): return CallArguments()
    case .name("is"): throw failure(.misplaced(.secondTest))
    case .name, .string, .integer, .float, .symbol("["), .symbol("{"):
      let operand = try parsePrimary()
      return CallArguments(positional: [try parsePostfix(of: operand)])
    default: return CallArguments()
    }
  }
}
