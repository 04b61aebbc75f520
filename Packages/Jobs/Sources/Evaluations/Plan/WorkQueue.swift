/// Supplies a traversal with leaves of a trie, chunk by chunk.
protocol WorkQueue {
  /// The next leaves to traverse, which may lie anywhere among those that are not assigned yet; `nil` when none are left.
  ///
  /// - Parameter rows: How many rows the next pass has room for.
  mutating func next(rows: Int) throws -> Range<Int>?
}

/// All of a trie, for an engine that is alone.
struct WholeTrie: WorkQueue {
  private var rest: Range<Int>?

  init(_ plan: Plan) { rest = plan.trie.order.indices }

  mutating func next(rows: Int) -> Range<Int>? {
    defer { rest = nil }
    return rest
  }
}
