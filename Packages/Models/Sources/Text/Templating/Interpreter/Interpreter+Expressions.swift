extension Interpreter {
  func evaluate(_ expression: Expression, in scope: Scope) throws(TemplateError) -> TemplateValue {
    switch expression {
    case .literal(let value): return value
    case .name(let name, _): return value(of: name, in: scope)
    default: break
    }
    try charge()
    do throws(TemplateError) {
      return try deeper { () throws(TemplateError) in try evaluateCompound(expression, in: scope) }
    } catch { throw error.located(at: expression.line) }
  }

  private func evaluateCompound(_ expression: Expression, in scope: Scope) throws(TemplateError)
    -> TemplateValue
  {
    switch expression {
    case .literal(let value): value
    case .name(let name, _): value(of: name, in: scope)
    case .list(let parts): .list(try evaluate(parts, in: scope))
    case .tuple(let parts): .tuple(try evaluate(parts, in: scope))
    case .dictionary(let entries, _): try evaluateDictionary(entries, in: scope)
    case .attribute(let operand, let name, _):
      try attribute(name, of: try evaluate(operand, in: scope)) { expression.path }
    case .item(let operand, let key, _): try evaluateItem(operand, key, path: expression, in: scope)
    case .slice(let operand, let start, let stop, let step, _):
      try evaluateSlice(operand, start, stop, step, in: scope)
    case .call: try evaluateCall(expression, caller: nil, in: scope)
    case .filter: try apply(expression, to: nil, in: scope)
    case .test(let operand, let name, let arguments, _): try evaluateTest(operand, name, arguments, in: scope)
    case .negative(let operand, _): try Arithmetic.negated(try evaluate(operand, in: scope))
    case .positive(let operand, _): try Arithmetic.positive(try evaluate(operand, in: scope))
    case .arithmetic(let operation, let left, let right, _):
      try compute(operation, try evaluate(left, in: scope), try evaluate(right, in: scope))
    case .concatenation(let parts, _): try concatenate(parts, in: scope)
    case .comparison(let first, let rest, _): try compare(first, rest, in: scope)
    case .not(let operand, _): .boolean(!(try isTrue(try evaluate(operand, in: scope))))
    case .and(let left, let right, _): try evaluateEither(left, right, stopsAt: false, in: scope)
    case .or(let left, let right, _): try evaluateEither(left, right, stopsAt: true, in: scope)
    case .conditional(let test, let then, let otherwise, let line):
      try evaluateConditional(test, then, otherwise, line: line, in: scope)
    }
  }

  private func evaluate(_ parts: [Expression], in scope: Scope) throws(TemplateError) -> [TemplateValue] {
    var values: [TemplateValue] = []
    values.reserveCapacity(parts.count)
    for part in parts { values.append(try evaluate(part, in: scope)) }
    return values
  }

  private func evaluateDictionary(
    _ entries: [(key: Expression, value: Expression)], in scope: Scope
  ) throws(TemplateError) -> TemplateValue {
    var dictionary = TemplateDictionary()
    for entry in entries {
      let key = try evaluate(entry.key, in: scope)
      try requireDefined(key)
      guard key.isHashable else { throw .operation(.unfit(key.typeName, for: .key)) }
      try chargeWhole(key)
      dictionary[key] = try evaluate(entry.value, in: scope)
    }
    return .dictionary(dictionary)
  }

  private func evaluateItem(
    _ operand: Expression, _ key: Expression, path: Expression, in scope: Scope
  ) throws(TemplateError) -> TemplateValue {
    let value = try evaluate(operand, in: scope)
    let key = try evaluate(key, in: scope)
    try checkDefined(key)
    return try item(key, of: value) { path.path }
  }

  private func evaluateSlice(
    _ operand: Expression, _ start: Expression?, _ stop: Expression?, _ step: Expression?, in scope: Scope
  ) throws(TemplateError) -> TemplateValue {
    let value = try evaluate(operand, in: scope)
    try requireDefined(value)
    func bound(_ expression: Expression?) throws(TemplateError) -> Int? {
      guard let expression else { return nil }
      let value = try evaluate(expression, in: scope)
      try requireDefined(value)
      if case .null = value { return nil }
      guard case .integer(let bound)? = value.number else {
        throw .needs("a slice", "integers", found: value)
      }
      return bound
    }
    let (start, stop, step) = (try bound(start), try bound(stop), try bound(step) ?? 1)
    guard step != 0 else { throw .operation(.zero(.step(of: "a slice"))) }
    try chargeReading(value)
    return value.sliced(start: start, stop: stop, step: step)
      ?? .undefined(.slice(of: value.typeName))
  }

  private func concatenate(_ parts: [Expression], in scope: Scope) throws(TemplateError) -> TemplateValue {
    var result = ""
    for part in parts {
      result += try text(of: try evaluate(part, in: scope))
      try checkSize(result.utf8.count)
    }
    return .string(result)
  }

  private func evaluateEither(
    _ left: Expression, _ right: Expression, stopsAt stop: Bool, in scope: Scope
  ) throws(TemplateError) -> TemplateValue {
    let first = try evaluate(left, in: scope)
    return try isTrue(first) == stop ? first : try evaluate(right, in: scope)
  }

  private func evaluateConditional(
    _ test: Expression, _ then: Expression, _ otherwise: Expression?, line: Int, in scope: Scope
  ) throws(TemplateError) -> TemplateValue {
    if try isTrue(try evaluate(test, in: scope)) { return try evaluate(then, in: scope) }
    guard let otherwise else { return .undefined(.noElse) }
    return try evaluate(otherwise, in: scope)
  }

  private func evaluateTest(
    _ operand: Expression, _ name: String, _ arguments: CallArguments, in scope: Scope
  ) throws(TemplateError) -> TemplateValue {
    let value = try evaluate(operand, in: scope)
    return .boolean(try test(name, value, try evaluate(arguments, in: scope)))
  }

  /// The test of this name on a value.
  func test(_ name: String, _ value: TemplateValue, _ arguments: Arguments) throws(TemplateError) -> Bool {
    guard let test = definitions.tests[name] else {
      throw .unknown(.test, name, among: definitions.tests.keys.sorted())
    }
    try chargeReading(value, arguments)
    return try test(self, value, arguments)
  }

  // MARK: Operators

  private func compute(
    _ operation: ArithmeticOperator, _ left: TemplateValue, _ right: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    try requireDefined(left)
    if operation == .remainder, case .string(let format) = left {
      try charge(bytes: format.utf8.count)
      return .string(try PercentFormat.apply(format, right, self))
    }
    try requireDefined(right)
    let size = try Arithmetic.size(operation, left, right)
    switch size {
    case .number: break
    case .text(let bytes):
      try checkSize(bytes)
      try charge(bytes: bytes ?? .max)
    case .elements(let count): try charge(count ?? .max)
    }
    return try Arithmetic.compute(operation, left, right)
  }

  private func compare(
    _ first: Expression, _ rest: [(comparison: ComparisonOperator, operand: Expression)], in scope: Scope
  ) throws(TemplateError) -> TemplateValue {
    var left = try evaluate(first, in: scope)
    for (comparison, operand) in rest {
      let right = try evaluate(operand, in: scope)
      guard try holds(comparison, left, right) else { return .boolean(false) }
      left = right
    }
    return .boolean(true)
  }

  func holds(
    _ comparison: ComparisonOperator, _ left: TemplateValue, _ right: TemplateValue
  ) throws(TemplateError) -> Bool {
    if [.less, .greater, .lessOrEqual, .greaterOrEqual].contains(comparison) {
      try chargeComparing(left, right)
    }
    switch comparison {
    case .equal: return try areEqual(left, right)
    case .unequal: return !(try areEqual(left, right))
    case .contained: return try contains(right, left)
    case .notContained: return !(try contains(right, left))
    case .less: return try TemplateValue.precedes(left, right)
    case .greater: return try TemplateValue.precedes(right, left)
    case .lessOrEqual, .greaterOrEqual:
      let isLess =
        try comparison == .lessOrEqual
        ? TemplateValue.precedes(left, right) : TemplateValue.precedes(right, left)
      return isLess || left == right
    }
  }
}

extension Expression {
  /// `message.content[0]`, for sentences; `nil` where the expression is more than names and literal keys.
  var path: String? {
    switch self {
    case .name(let name, _): name
    case .attribute(let operand, let name, _): operand.path.map { "\($0).\(name)" }
    case .item(let operand, .literal(let key), _): operand.path.map { "\($0)[\(key.excerpt)]" }
    default: nil
    }
  }
}
