internal import Foundation

/// Python's operators on numbers, texts and lists.
enum Arithmetic {
  enum Size {
    case number
    /// UTF-8 bytes of the result, `nil` where they overflow.
    case text(Int?)
    case elements(Int?)
  }

  /// How large the result will be, before it is made.
  static func size(
    _ operation: ArithmeticOperator, _ left: TemplateValue, _ right: TemplateValue
  ) throws(TemplateError) -> Size {
    func product(_ count: Int, _ factor: TemplateValue) -> Int? {
      guard case .integer(let factor)? = factor.number else { return 0 }
      let (result, overflows) = count.multipliedReportingOverflow(by: max(factor, 0))
      return overflows ? nil : result
    }
    switch (operation, left, right) {
    case (.add, .string(let first), .string(let second)): return .text(first.utf8.count + second.utf8.count)
    case (.multiply, .string(let text), let factor), (.multiply, let factor, .string(let text)):
      return .text(product(text.utf8.count, factor))
    case (.multiply, .list(let elements), let factor), (.multiply, let factor, .list(let elements)),
      (.multiply, .tuple(let elements), let factor), (.multiply, let factor, .tuple(let elements)):
      return .elements(product(elements.count, factor))
    case (.add, .list(let first), .list(let second)): return .elements(first.count + second.count)
    case (.add, .tuple(let first), .tuple(let second)): return .elements(first.count + second.count)
    default: return .number
    }
  }

  static func compute(
    _ operation: ArithmeticOperator, _ left: TemplateValue, _ right: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    if let first = left.number, let second = right.number {
      return TemplateValue(try compute(operation, first, second))
    }
    switch (operation, left, right) {
    case (.add, .string(let first), .string(let second)): return .string(first + second)
    case (.add, .list(let first), .list(let second)): return .list(first + second)
    case (.add, .tuple(let first), .tuple(let second)): return .tuple(first + second)
    case (.multiply, _, _):
      if let result = repeated(left, right) ?? repeated(right, left) { return result }
    default: break
    }
    throw .operation(.refused(by: "'\(operation.rawValue)'", types: [left.typeName, right.typeName]))
  }

  private static func repeated(_ operand: TemplateValue, _ factor: TemplateValue) -> TemplateValue? {
    guard case .integer(let factor)? = factor.number else { return nil }
    let count = max(factor, 0)
    switch operand {
    case .string(let text): return .string(String(repeating: text, count: count))
    case .list(let elements): return .list(Array(repeatElement(elements, count: count).joined()))
    case .tuple(let elements): return .tuple(Array(repeatElement(elements, count: count).joined()))
    default: return nil
    }
  }

  static func negated(_ value: TemplateValue) throws(TemplateError) -> TemplateValue {
    if case .undefined(let absence) = value { throw .undefined(absence) }
    switch value.number {
    case .integer(let number): return TemplateValue(try checked((0).subtractingReportingOverflow(number)))
    case .float(let number): return .float(-number)
    case nil: throw .operation(.refused(by: "'-'", types: [value.typeName]))
    }
  }

  static func positive(_ value: TemplateValue) throws(TemplateError) -> TemplateValue {
    if case .undefined(let absence) = value { throw .undefined(absence) }
    guard let number = value.number else { throw .operation(.refused(by: "'+'", types: [value.typeName])) }
    return TemplateValue(number)
  }

  // MARK: Numbers

  private static func compute(
    _ operation: ArithmeticOperator, _ left: Number, _ right: Number
  ) throws(TemplateError) -> Number {
    if [.divide, .floorDivide, .remainder].contains(operation), right.double == 0 {
      throw .operation(.zero(.divisor))
    }
    if case .integer(let first) = left, case .integer(let second) = right {
      return try compute(operation, first, second)
    }
    let (first, second) = (left.double, right.double)
    switch operation {
    case .add: return .float(first + second)
    case .subtract: return .float(first - second)
    case .multiply: return .float(first * second)
    case .divide: return .float(first / second)
    case .floorDivide: return .float(divided(first, second).quotient)
    case .remainder: return .float(divided(first, second).remainder)
    case .power: return .float(pow(first, second))
    }
  }

  private static func compute(
    _ operation: ArithmeticOperator, _ first: Int, _ second: Int
  ) throws(TemplateError) -> Number {
    switch operation {
    case .add: return try checked(first.addingReportingOverflow(second))
    case .subtract: return try checked(first.subtractingReportingOverflow(second))
    case .multiply: return try checked(first.multipliedReportingOverflow(by: second))
    case .divide: return .float(Double(first) / Double(second))
    case .floorDivide:
      guard case .integer(let quotient) = try checked(first.dividedReportingOverflow(by: second)) else {
        break
      }
      return .integer(first % second != 0 && (first < 0) != (second < 0) ? quotient - 1 : quotient)
    case .remainder:
      let remainder = second == -1 ? 0 : first % second
      return .integer(remainder != 0 && (remainder < 0) != (second < 0) ? remainder + second : remainder)
    case .power:
      guard second >= 0 else { return .float(pow(Double(first), Double(second))) }
      return .integer(try power(first, second))
    }
    return .integer(0)
  }

  private static func power(_ base: Int, _ exponent: Int) throws(TemplateError) -> Int {
    guard base.magnitude > 1 else { return base == -1 && exponent % 2 == 0 ? 1 : exponent == 0 ? 1 : base }
    guard exponent < 64 else { throw tooLarge }
    var result = 1
    for _ in 0..<exponent {
      guard case .integer(let next) = try checked(result.multipliedReportingOverflow(by: base)) else { break }
      result = next
    }
    return result
  }

  private static var tooLarge: TemplateError { .operation(.integer(digits: nil)) }

  private static func checked(_ result: (partialValue: Int, overflow: Bool)) throws(TemplateError) -> Number {
    guard !result.overflow else { throw tooLarge }
    return .integer(result.partialValue)
  }

  /// Python's `divmod` of floats: the remainder has the divisor's sign.
  private static func divided(_ first: Double, _ second: Double) -> (quotient: Double, remainder: Double) {
    var remainder = fmod(first, second)
    var quotient = (first - remainder) / second
    if remainder != 0, (second < 0) != (remainder < 0) {
      remainder += second
      quotient -= 1
    }
    if remainder == 0 { remainder = second < 0 ? -0.0 : 0.0 }
    let floored = quotient.rounded(.down)
    return (quotient - floored > 0.5 ? floored + 1 : floored, remainder)
  }
}
