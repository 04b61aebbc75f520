/// What a template does, one after the other.
indirect enum Statement: Sendable {
  case text(String)
  case output(Expression, line: Int)
  case condition([(test: Expression, body: [Statement])], otherwise: [Statement], line: Int)
  case loop(Loop, line: Int)
  case assignment(Target, Expression, line: Int)
  /// `{% set name | filter %}…{% endset %}`
  case blockAssignment(Target, filter: Expression?, body: [Statement], line: Int)
  case macro(Macro, line: Int)
  /// `{% call(parameters) macro() %}…{% endcall %}`: the body becomes the macro's `caller`.
  case call(Expression, caller: Macro, line: Int)
  case filter(Expression, body: [Statement], line: Int)
  case with([(target: Target, value: Expression)], body: [Statement], line: Int)
  /// A scope of its own, as `generation` makes one.
  case scope([Statement])
  case breakLoop
  case continueLoop
}

indirect enum Target: Sendable {
  case name(String)
  case attribute(String, String, line: Int)
  case tuple([Target], line: Int)
}

struct Loop: Sendable {
  var target: Target
  var elements: Expression
  var condition: Expression?
  var body: [Statement]
  var otherwise: [Statement]
}

struct Macro: Sendable {
  var name: String
  var parameters: [(name: String, value: Expression?)]
  var body: [Statement]
  /// The body reads `caller`, `varargs` or `kwargs`, so calls may bring them.
  var takesCaller = false
  var takesMorePositional = false
  var takesMoreNamed = false
}
