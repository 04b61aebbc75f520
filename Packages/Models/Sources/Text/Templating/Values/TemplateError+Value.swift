extension TemplateError {
  /// What an operation needs and was not given.
  ///
  /// - Parameters:
  ///   - user: What needs it, as ``Problem/needs(_:expected:parameter:found:)`` has it.
  ///   - found: The value that is there instead.
  static func needs(
    _ user: String, _ expected: String, for parameter: String? = nil, found: TemplateValue
  ) -> TemplateError {
    .operation(.needs(user, expected: expected, parameter: parameter, found: found.typeName))
  }
}
