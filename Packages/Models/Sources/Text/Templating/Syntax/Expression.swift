/// What can be computed. A line is where an error would be reported.
indirect enum Expression: Sendable {
  case literal(TemplateValue)
  case name(String, line: Int)
  case list([Expression])
  case tuple([Expression])
  case dictionary([(key: Expression, value: Expression)], line: Int)
  case attribute(Expression, String, line: Int)
  case item(Expression, Expression, line: Int)
  case slice(Expression, start: Expression?, stop: Expression?, step: Expression?, line: Int)
  case call(Expression, CallArguments, line: Int)
  /// A filter of a filter block or block assignment has no operand of its own.
  case filter(Expression?, String, CallArguments, line: Int)
  case test(Expression, String, CallArguments, line: Int)
  case negative(Expression, line: Int)
  case positive(Expression, line: Int)
  case arithmetic(ArithmeticOperator, Expression, Expression, line: Int)
  case concatenation([Expression], line: Int)
  case comparison(Expression, [(comparison: ComparisonOperator, operand: Expression)], line: Int)
  case not(Expression, line: Int)
  case and(Expression, Expression, line: Int)
  case or(Expression, Expression, line: Int)
  case conditional(test: Expression, then: Expression, otherwise: Expression?, line: Int)

  /// Where the expression begins, 0 for literals.
  var line: Int {
    switch self {
    case .literal, .list, .tuple: 0
    case .name(_, let line), .dictionary(_, let line), .attribute(_, _, let line), .item(_, _, let line),
      .slice(_, _, _, _, let line), .call(_, _, let line), .filter(_, _, _, let line),
      .test(_, _, _, let line),
      .negative(_, let line), .positive(_, let line), .arithmetic(_, _, _, let line),
      .concatenation(_, let line),
      .comparison(_, _, let line), .not(_, let line), .and(_, _, let line), .or(_, _, let line),
      .conditional(_, _, _, let line):
      line
    }
  }
}

struct CallArguments: Sendable {
  var positional: [Expression] = []
  var named: [(name: String, value: Expression)] = []
  /// `*values` and `**values`.
  var unpackedList: Expression?
  var unpackedDictionary: Expression?
}
