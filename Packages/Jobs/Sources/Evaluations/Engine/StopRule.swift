/// Decides, after each of its ids, whether an answer ends.
protocol StopRule {
  /// Whether the answer ends with the newest of `ids`; asked after each.
  mutating func isMet(by ids: [Int32]) throws -> Bool
}

/// Ends an answer that has as many tokens as it may have.
struct LengthLimit: StopRule {
  let limit: Int

  func isMet(by ids: [Int32]) -> Bool { ids.count >= limit }
}
