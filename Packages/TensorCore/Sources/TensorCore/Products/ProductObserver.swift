/// What looks on while products with packed weights are made.
protocol ProductObserver: Sendable {
  /// Rows were multiplied with a weight.
  func multiplied(_ weight: PackedMatrix, _ rows: Tensor, on set: InstructionSet)

  /// Rows were scored over a vocabulary; `again` scores them on other kernels.
  func scored(
    _ weight: PackedMatrix, _ rows: Tensor, _ scores: RowScores, on set: InstructionSet,
    again: (InstructionSet) -> RowScores
  )
}

enum ProductObservation {
  /// That of the products of this task.
  @TaskLocal static var observer: (any ProductObserver)?
}
