/// Deals out the places of a trie to a walk, portion by portion.
protocol WorkSource {
  /// The next places to walk, which may lie anywhere among those that nobody walks yet; `nil` when none are left.
  ///
  /// - Parameter rows: How many rows the pass that is being put together has room for.
  mutating func next(rows: Int) throws -> Range<Int>?
}

/// All of a trie, for an engine that is alone.
struct WholeTrie: WorkSource {
  private var rest: Range<Int>?

  init(_ plan: Plan) { rest = plan.trie.order.indices }

  mutating func next(rows: Int) -> Range<Int>? {
    defer { rest = nil }
    return rest
  }
}
