extension TemplateValue {
  /// Whether the left value comes before the right one.
  ///
  /// - Throws: An error for types that Python does not order.
  static func precedes(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateError) -> Bool {
    switch (left, right) {
    case (.string(let first), .string(let second)):
      return first.utf8.lexicographicallyPrecedes(second.utf8)
    case (.list(let first), .list(let second)), (.tuple(let first), .tuple(let second)):
      for (one, other) in zip(first, second) where one != other { return try precedes(one, other) }
      return first.count < second.count
    default:
      guard let first = left.number, let second = right.number else {
        throw try Self.incomparable(left, right)
      }
      return first < second
    }
  }

  private static func incomparable(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateError)
    -> TemplateError
  {
    for case .undefined(let absence) in [left, right] { throw .undefined(absence) }
    return .operation(.unordered(left.typeName, right.typeName))
  }

  /// A stable sort, ascending by keys, or descending with equal elements in their old order.
  static func sorted(
    _ elements: [TemplateValue], descending: Bool = false,
    by key: (TemplateValue) throws(TemplateError) -> TemplateValue,
    precedes: (TemplateValue, TemplateValue) throws(TemplateError) -> Bool = precedes
  ) throws(TemplateError) -> [TemplateValue] {
    var entries: [(key: TemplateValue, element: TemplateValue)] = []
    for element in elements { entries.append((try key(element), element)) }
    var failure: TemplateError?
    entries.sort { first, second in  // Swift's sort is stable
      guard failure == nil else { return false }
      do throws(TemplateError) {
        return descending ? try precedes(second.key, first.key) : try precedes(first.key, second.key)
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw failure }
    return entries.map(\.element)
  }
}
