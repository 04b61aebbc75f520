import Synchronization

/// What products with packed weights come to, of whatever model: the work that a speed is a speed of.
public struct ProductWork: Sendable, Equatable {
  /// Multiply-adds: rows · outputs · inner, a gate and what it lets through counted as two outputs.
  public private(set) var multiplyAdds = 0
  /// Bytes of packed weights, those of each product counted once.
  public private(set) var weightBytes = 0

  /// Counts the products that this task makes while `body` runs.
  public static func counting(_ body: () throws -> Void) rethrows -> ProductWork {
    let counter = Counter()
    try ProductObservation.$observer.withValue(counter, operation: body)
    return counter.work.withLock { $0 }
  }

  private final class Counter: ProductObserver {
    let work = Mutex(ProductWork())

    func multiplied(_ weight: PackedMatrix, _ rows: Tensor, on set: InstructionSet) {
      work.withLock { work in
        work.multiplyAdds += rows.shape[0] * weight.inner * weight.outputs * (weight.isGated ? 2 : 1)
        work.weightBytes += weight.byteCount
      }
    }

    func scored(
      _ weight: PackedMatrix, _ rows: Tensor, _ scores: RowScores, on set: InstructionSet,
      again: (InstructionSet) -> RowScores
    ) { multiplied(weight, rows, on: set) }
  }
}
