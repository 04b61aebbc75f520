/// The filters, tests, methods and functions that templates can name.
enum Library {
  typealias Filter = Definitions.Filter
  typealias Test = Definitions.Test

  static let filters: [String: Filter] = textFilters.merging(sequenceFilters) { first, _ in first }
    .merging(numberFilters) { first, _ in first }

  static let names = DefinedNames(filters: Set(filters.keys), tests: Set(tests.keys))

  static let definitions = Definitions(
    filters: filters, tests: tests, hasMethod: { hasMethod($0, $1) },
    callMethod: { name, value, arguments, interpreter throws(TemplateError) in
      try callMethod(name, of: value, arguments, interpreter)
    },
    callFunction: { function, arguments, interpreter throws(TemplateError) in
      try interpreter.callBuiltin(function, arguments)
    })
}
