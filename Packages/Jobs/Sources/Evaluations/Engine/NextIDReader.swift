import Models
import TensorCore

/// Lets generations choose their next ids from the model's outputs for the rows that hold their newest ones.
struct NextIDReader<Model: LanguageModel> {
  let model: Model

  /// Greedy generations take the most probable id.
  ///
  /// - Parameters:
  ///   - first: The row of `scores` that belongs to the first of them; the others follow.
  ///   - failed: Called for a generation whose text cannot be decoded.
  func accept(
    _ scores: RowScores, from first: Int, for greedy: [ActiveGeneration],
    failed: (ActiveGeneration, any Error) throws -> Void = { throw $1 }
  ) rethrows {
    for (row, generation) in zip(first..., greedy) {
      do {
        try generation.accept(
          scores.argmax[row], logProbability: scores.argmaxLogProbability(of: row))
      } catch { try failed(generation, error) }
    }
  }

  /// The others draw from logits `[generations, V]`.
  ///
  /// - Parameter failed: Called for a generation whose text cannot be decoded.
  func accept(
    _ logits: Tensor, for sampled: [ActiveGeneration],
    failed: (ActiveGeneration, any Error) throws -> Void = { throw $1 }
  ) rethrows {
    for (row, generation) in sampled.enumerated() {
      do { try generation.accept(logits: logits.rows(row..<row + 1).floats) } catch {
        try failed(generation, error)
      }
    }
  }
}

extension RowScores {
  /// Natural logarithm of the probability of a row's most probable id.
  func argmaxLogProbability(of row: Int) -> Float { argmaxLogit[row] - logSumExp[row] }
}
