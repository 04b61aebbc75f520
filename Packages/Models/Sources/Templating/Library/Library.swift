/// The filters, tests, methods and functions that templates can name.
enum Library {
  typealias Filter = @Sendable (Interpreter, TemplateValue, Arguments) throws(TemplateError) -> TemplateValue
  typealias Test = @Sendable (Interpreter, TemplateValue, Arguments) throws(TemplateError) -> Bool

  static let filters: [String: Filter] = textFilters.merging(sequenceFilters) { first, _ in first }
    .merging(numberFilters) { first, _ in first }

  /// `; did you mean 'x'?`, or nothing where no name is near.
  static func suggestion(for name: String, among names: some Sequence<String>) -> String {
    let letters = Array(name.unicodeScalars)
    let nearest = names.sorted().map { ($0, distance(letters, Array($0.unicodeScalars))) }.min { $0.1 < $1.1 }
    guard let (found, distance) = nearest, distance <= max(1, letters.count / 3) else { return "" }
    return "; did you mean '\(found)'?"
  }

  /// Letters to insert, delete, replace, or swap with their neighbour (Damerau's optimal string alignment).
  private static func distance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...second.count)
    for row in first.indices {
      var current = [row + 1]
      for column in second.indices {
        var cost = previous[column] + (first[row] == second[column] ? 0 : 1)
        cost = min(cost, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
          cost = min(cost, beforePrevious[column - 1] + 1)
        }
        current.append(cost)
      }
      (beforePrevious, previous) = (previous, current)
    }
    return previous[second.count]
  }
}
