import TensorCore

extension TargetLists {
  /// One target a row; −1 leaves the row without.
  init(ofEach targets: [Int32]) { self.init(targets.map { $0 < 0 ? [] : [$0] }) }
}

extension CrossEntropy {
  /// Of all targets that were scored.
  init(_ scores: RowScores) {
    self.init(
      sum: scores.targetLogProbabilities.reduce(0) { $0 - Double($1) },
      count: scores.targetLogProbabilities.count)
  }
}
