/// The filters, tests, methods and functions that templates can name.
enum Library {
  typealias Filter = @Sendable (Interpreter, TemplateValue, Arguments) throws(TemplateError) -> TemplateValue
  typealias Test = @Sendable (Interpreter, TemplateValue, Arguments) throws(TemplateError) -> Bool

  static let filters: [String: Filter] = textFilters.merging(sequenceFilters) { first, _ in first }
    .merging(numberFilters) { first, _ in first }
}
