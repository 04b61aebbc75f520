/// What templates can name beside their variables. An interpreter is given it.
struct Definitions: Sendable {
  typealias Filter = @Sendable (Interpreter, TemplateValue, Arguments) throws(TemplateError) -> TemplateValue
  typealias Test = @Sendable (Interpreter, TemplateValue, Arguments) throws(TemplateError) -> Bool

  let filters: [String: Filter]
  let tests: [String: Test]
  /// Whether a value has a method of this name.
  let hasMethod: @Sendable (String, TemplateValue) -> Bool
  let callMethod:
    @Sendable (String, TemplateValue, Arguments, Interpreter) throws(TemplateError) -> TemplateValue
  let callFunction: @Sendable (Builtin, Arguments, Interpreter) throws(TemplateError) -> TemplateValue
}
