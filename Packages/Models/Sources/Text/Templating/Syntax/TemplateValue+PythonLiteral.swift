extension TemplateValue {
  /// Reads a literal as Python writes it: `['a', "it's"]`, `{'k': (1, -2.5)}`, `True`, `None`.
  ///
  /// Task files render lists of choices to such a text, which lm-evaluation-harness gives to `ast.literal_eval`.
  ///
  /// - Throws: A syntax error, also for expressions that are no literals.
  public init(pythonLiteral text: String) throws(TemplateError) {
    var parser = try Parser("{{ " + text + "\n}}", environment: .taskFile)
    let statements = try parser.parseTemplate()
    guard statements.count == 1, case .output(let expression, _) = statements[0] else {
      throw TemplateError(.syntax, .expected("one literal"))
    }
    self = try Self.literal(expression)
  }

  private static func literal(_ expression: Expression) throws(TemplateError) -> TemplateValue {
    switch expression {
    case .literal(let value): return value
    case .list(let parts): return .list(try literals(parts))
    case .tuple(let parts): return .tuple(try literals(parts))
    case .dictionary(let entries, _):
      var dictionary = TemplateDictionary()
      for entry in entries {
        let key = try literal(entry.key)
        guard key.isHashable else { throw .operation(.unfit(key.typeName, for: .key)) }
        dictionary[key] = try literal(entry.value)
      }
      return .dictionary(dictionary)
    case .negative(.literal(let value), _): return try Arithmetic.negated(value)
    case .positive(.literal(let value), _): return try Arithmetic.positive(value)
    default:
      throw TemplateError(.syntax, .expected("a literal", found: "an expression"), line: expression.line)
    }
  }

  private static func literals(_ parts: [Expression]) throws(TemplateError) -> [TemplateValue] {
    var values: [TemplateValue] = []
    for part in parts { values.append(try literal(part)) }
    return values
  }
}
