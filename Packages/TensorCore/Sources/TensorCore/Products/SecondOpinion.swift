internal import CKernels
import Synchronization

/// Products and scores beside those of OpenBLAS, a library that this project did not write.
///
/// While ``watching(_:)`` runs, each product with a packed weight is computed by both on the same operands, rounded where the
/// mode rounds, and compared sum by sum before biases and activations; so is each score of a vocabulary. What is not
/// compared: products of integers, and what is no product with a packed weight.
public struct SecondOpinion: Sendable, Equatable {
  /// Products that were computed by both.
  public private(set) var products = 0
  /// The largest distance of two sums, as a share of what both may be off: 2 · inner · 2⁻²⁴ · \|x\| · \|w\| of a row and an
  /// output's weights, since any order of additions is within inner · 2⁻²⁴ · Σ\|x·w\|.
  public private(set) var productShare = 0.0
  /// Log-probabilities that were computed by both, from the same hidden rows.
  public private(set) var logProbabilities = 0
  /// The largest distance of two of them, in nats.
  public private(set) var distance = 0.0
  /// The same as a share of what they may be apart: twice the bound of their logits' distance, and 2⁻¹⁴ for the rounding of
  /// sums of exponentials.
  public private(set) var logProbabilityShare = 0.0
  /// Products of integers, which the library does not have.
  public private(set) var notCompared = 0

  /// Whether all is within the bounds.
  public var agrees: Bool { productShare <= 1 && logProbabilityShare <= 1 }

  /// Whether this build has OpenBLAS.
  public static var isAvailable: Bool { OpenBLAS.isBuilt }

  /// Compares all products and scores that this task makes while `body` runs.
  ///
  /// - Precondition: ``isAvailable``.
  public static func watching(_ body: () throws -> Void) rethrows -> SecondOpinion {
    precondition(isAvailable, "this build has no OpenBLAS")
    let watcher = Watcher()
    try ProductObservation.$observer.withValue(watcher, operation: body)
    return watcher.found.withLock { $0 }
  }

  /// Where what is found adds up.
  private final class Watcher: ProductObserver {
    let found = Mutex(SecondOpinion())

    func multiplied(_ weight: PackedMatrix, _ rows: Tensor, on set: InstructionSet) {
      weight.forEachOutputRun { packed, _ in
        let distance = Distance(packed, rows, on: set)
        found.withLock { $0.add(distance) }
      }
    }

    func scored(
      _ weight: PackedMatrix, _ rows: Tensor, _ scores: RowScores, on set: InstructionSet,
      again: (InstructionSet) -> RowScores
    ) {
      let distance = weight.withPacked { Distance($0, rows, on: set) }
      found.withLock { $0.add(distance) }
      guard let distance else { return }
      let others = ProductObservation.$observer.withValue(nil) { again(.openblas) }.targetLogProbabilities
      found.withLock { found in
        for (one, other) in zip(scores.targetLogProbabilities, others) {
          found.add(one, other, allowed: 2 * distance.allowed + 0x1p-14)
        }
      }
    }
  }

  private mutating func add(_ distance: Distance?) {
    guard let distance else {
      notCompared += 1
      return
    }
    products += 1
    productShare = max(productShare, distance.share)
  }

  private mutating func add(_ one: Float, _ other: Float, allowed: Double) {
    logProbabilities += 1
    guard one != other, !(one.isNaN && other.isNaN) else { return }
    let apart = abs(Double(one) - Double(other))
    distance = max(distance, apart)
    logProbabilityShare = max(logProbabilityShare, apart.isNaN ? .infinity : apart / allowed)
  }
}

/// How far the sums of a product are from the library's.
private struct Distance {
  /// As a share of what two of them may be apart.
  var share = 0.0
  /// The most that any two of them may be apart.
  var allowed = 0.0

  /// - Returns: `nil` for products of integers.
  init?(_ weight: UnsafePointer<tc_packed>, _ rows: Tensor, on set: InstructionSet) {
    guard !tc_has_integers(weight) else { return nil }
    let rows = rows.aligned()
    let count = rows.shape[0]
    let scratch = Storage(byteCount: tc_compare_scratch(weight, count))
    var panels = [tc_panel_distance](repeating: tc_panel_distance(), count: tc_packed_panels(weight))
    withExtendedLifetime((rows, scratch)) {
      tc_compare_products(
        set.kernels.products, OpenBLAS.kernels.products, weight, rows.floatPointer, count, scratch.address,
        &panels)
    }
    for panel in panels {
      share = max(share, Double(panel.share))
      allowed = max(allowed, 0x1p-23 * Double(weight.pointee.inner) * Double(panel.magnitude))
    }
  }
}
