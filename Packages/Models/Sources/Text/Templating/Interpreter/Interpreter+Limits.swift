/// What a rendering may use up. A step costs what it reads or makes, and every call passes through ``metered(_:_:_:)``.
extension Interpreter {
  /// How many bytes of text cost one step.
  private static var bytesPerStep: Int { 16 }

  /// The steps that are left.
  var remainingSteps: Int { max(0, environment.limits.steps - steps) }

  /// - Parameter count: The steps; the counter saturates, so any number may be asked for.
  func charge(_ count: Int = 1) throws(TemplateError) {
    let (sum, overflows) = steps.addingReportingOverflow(max(count, 0))
    steps = overflows ? .max : sum
    guard steps <= environment.limits.steps else {
      throw .limit(environment.limits.steps, .steps)
    }
  }

  func charge(bytes: Int) throws(TemplateError) { try charge(bytes / Self.bytesPerStep) }

  /// Runs a filter, method, test or function: charges for the operand and arguments that it reads, and for its result.
  ///
  /// Parts of lists are charged for by what visits, compares or prints them.
  func metered(
    _ operand: TemplateValue, _ arguments: Arguments,
    _ body: () throws(TemplateError) -> TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    try chargeReading(operand, arguments)
    let result = try body()
    switch result {
    case .string(let text):
      try checkSize(text.utf8.count)
      try charge(bytes: text.utf8.count)
    case .list(let elements), .tuple(let elements), .iterable(_, let elements): try charge(elements.count)
    case .dictionary(let dictionary): try charge(dictionary.count)
    default: break
    }
    return result
  }

  func chargeReading(_ operand: TemplateValue, _ arguments: Arguments) throws(TemplateError) {
    try chargeReading(operand)
    for value in arguments.positional { try chargeReading(value) }
    for (_, value) in arguments.named { try chargeReading(value) }
  }

  /// The cost of looking at a value once, without the parts of its parts.
  func chargeReading(_ value: TemplateValue) throws(TemplateError) {
    switch value {
    case .string(let text): try charge(bytes: text.utf8.count)
    case .list(let elements), .tuple(let elements), .iterable(_, let elements):
      try charge(bytes: elements.count)
    case .dictionary(let dictionary): try charge(bytes: dictionary.count)
    default: break
    }
  }

  /// The cost of a value with all its parts, as printing and comparing need them.
  ///
  /// Values share their parts, so this may be far more than they take in memory.
  func chargeWhole(_ value: TemplateValue, level: Int = 0) throws(TemplateError) {
    let parts: [TemplateValue]
    switch value {
    case .string(let text): return try charge(bytes: text.utf8.count)
    case .list(let elements), .tuple(let elements): parts = elements
    case .iterable(let kind, let elements): parts = kind == .generator ? [] : elements
    case .dictionary(let dictionary): parts = dictionary.keys + dictionary.values
    default: return
    }
    try checkNesting(level)
    try charge(parts.count)
    for part in parts { try chargeWhole(part, level: level + 1) }
  }

  /// The cost of holding two values against each other: of texts the shorter, of lists all of one.
  func chargeComparing(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateError) {
    switch (left, right) {
    case (.string(let first), .string(let second)):
      try charge(bytes: min(first.utf8.count, second.utf8.count))
    case (.list, .list), (.tuple, .tuple), (.dictionary, .dictionary), (.iterable, .iterable):
      try chargeWhole(left)
    default: break
    }
  }

  /// The most pieces that cutting a text may make, so that the steps end it and not the memory.
  ///
  /// - Parameter limit: What the template asks for; all where it is negative.
  func pieceLimit(_ limit: Int) -> Int { limit < 0 ? remainingSteps : min(limit, remainingSteps) }

  /// The product of two sizes, `nil` where it overflows.
  func product(_ first: Int, _ second: Int) -> Int? {
    let (product, overflows) = first.multipliedReportingOverflow(by: second)
    return overflows ? nil : product
  }

  /// - Parameter bytes: The size of a text that exists or is about to; `nil` where it overflows an integer.
  func checkSize(_ bytes: Int?) throws(TemplateError) {
    guard let bytes, bytes <= environment.limits.bytes else {
      throw .limit(environment.limits.bytes, .bytes)
    }
  }

  func deeper<Result>(_ body: () throws(TemplateError) -> Result) throws(TemplateError) -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth <= environment.limits.depth else {
      throw .limit(environment.limits.depth, .evaluations)
    }
    return try body()
  }

  private func checkNesting(_ level: Int) throws(TemplateError) {
    guard level < environment.limits.nesting else {
      throw .limit(environment.limits.nesting, .lists)
    }
  }

  /// Bounds the height and the unfolded size of a value before it gets a name.
  ///
  /// Values share their parts: without this, `{% set x = [x, x] %}` in a loop would print as 2ⁿ elements.
  func checkShape(of value: TemplateValue, level: Int = 0) throws(TemplateError) {
    let parts: [TemplateValue]
    switch value {
    case .list(let elements), .tuple(let elements), .iterable(_, let elements): parts = elements
    case .dictionary(let dictionary): parts = dictionary.values
    default: return
    }
    try checkNesting(level)
    try charge(parts.count)
    for part in parts { try checkShape(of: part, level: level + 1) }
  }
}
