internal import CKernels
import Synchronization

/// The cross-entropy of a pass with its targets, in nats, which gradients are taken of.
public struct CrossEntropy: Sendable {
  /// Of all targets.
  public let sum: Double
  /// How many targets there were.
  public let count: Int
  let node: TapeNode?

  /// A loss without a tape.
  public init(sum: Double, count: Int) {
    self.init(sum: sum, count: count, node: nil)
  }

  init(sum: Double, count: Int, node: TapeNode?) {
    self.sum = sum
    self.count = count
    self.node = node
  }

  /// The mean of all targets; zero where there is none.
  public var mean: Double { sum / Double(Swift.max(count, 1)) }

  /// Adds the gradients of `scale` · ``sum`` to `gradients`, and ends the recording.
  ///
  /// - Precondition: The pass was recorded, and was not gone back over before.
  public func backpropagate(scale: Float, into gradients: inout Gradients) {
    guard let node else { preconditionFailure("a loss that was not recorded has no gradients") }
    node.tape.run(from: node, seed: Tensor([scale], shape: [1]), into: &gradients)
  }
}

extension Tensor {
  /// The cross-entropy of rows with their targets, over a vocabulary that a weight unembeds.
  ///
  /// Logits exist for a few rows at a time. Recorded rows make their gradients in the same go, so that logits are
  /// computed once.
  ///
  /// - Shape: `self` `[rows, C]`, the vocabulary `[V, C]`.
  /// - Parameter targets: One id a row; −1 leaves the row out.
  /// - Precondition: A target for each row, each −1 or in `0 ..< V`; the weight is one parameter `[V, C]` without a
  ///   bias, and recorded rows meet no frozen one.
  /// - Source: Wijmans et al. 2024, *Cut Your Losses in Large-Vocabulary Language Models*, §4, without its filter.
  public func crossEntropy(unembeddedBy weight: LinearWeight, targets: [Int32], mode: ComputeMode)
    -> CrossEntropy
  {
    if node != nil { weight.requireParameters() }
    precondition(
      weight.outputs.count == 1 && weight.orientation == .outputsByInner && !weight.hasBias,
      "crossEntropy: a vocabulary of \(weight.outputs)")
    let matrix = weight.packed(mode: mode)
    precondition(
      shape == [targets.count, matrix.inner]
        && targets.allSatisfy { $0 >= -1 && Int($0) < matrix.outputs },
      "crossEntropy: rows \(shape), \(targets.count) targets, vocabulary \(matrix.outputs)")
    let vocabulary = node == nil ? nil : weight.parts.first?.weight
    let transposed = vocabulary.map { PackedMatrix(passing: $0.tensor, orientation: .innerByOutputs) }
    var rowsGradient = Tensor(zeros: node == nil ? [0] : shape)
    // Transposed, because outer products want the wider rows on the right.
    var transposedGradient = Tensor(zeros: node == nil ? [0, 0] : [matrix.inner, matrix.outputs])
    var total = (sum: 0.0, count: 0)
    let size = Swift.max(16, (1 << 21) / matrix.outputs)
    for first in stride(from: 0, to: targets.count, by: size) {
      let range = first..<Swift.min(first + size, targets.count)
      let some = unrecorded.rows(range)
      let ids = Array(targets[range])
      var logits = matrix.multiply(some)
      let part = transposed == nil ? logits.crossEntropy(targets: ids) : logits.becomeErrors(of: ids)
      total = (total.sum + part.sum, total.count + part.count)
      guard let transposed else { continue }
      rowsGradient.replaceRows(range, with: transposed.multiply(logits))
      transposedGradient.addOuterProducts(some, logits)
    }
    guard let node, let vocabulary else { return CrossEntropy(sum: total.sum, count: total.count) }
    let pending = PendingGradients(rowsGradient, transposedGradient.transposed())
    let result = node.tape.record { seed, adjoints in
      guard var (byRows, byVocabulary) = pending.take() else { return }
      byRows.scale(by: seed.floats[0])
      byVocabulary.scale(by: seed.floats[0])
      adjoints.gradients.add(byVocabulary, to: vocabulary)
      adjoints.add(byRows, to: node)
    }
    return CrossEntropy(sum: total.sum, count: total.count, node: result)
  }

  /// Replaces rows of logits by the gradients of their cross-entropies by them; zero in rows without a target.
  ///
  /// - Returns: What ``crossEntropy(targets:)`` returns for the logits, bit for bit.
  fileprivate mutating func becomeErrors(of targets: [Int32]) -> (sum: Double, count: Int) {
    let width = self.width
    let terms = Tensor(undefined: [targets.count], elementType: .float64)
    let kernel = InstructionSet.current.kernels.gradients.pointee.cross_entropy!
    return withExtendedLifetime((self, terms)) {
      let (logits, losses) = (floatAddress, terms.address)
      inParallel(targets.count, grain: grainOfRows) { rows in
        for row in rows {
          let start = logits.mutableFloats(row * width)
          if targets[row] >= 0 {
            losses.mutableRaw.assumingMemoryBound(to: Double.self)[row] =
              kernel(start, width, Int(targets[row]))
          } else {
            start.update(repeating: 0, count: width)
          }
        }
      }
      let counted = targets.indices.filter { targets[$0] >= 0 }
      return (
        counted.reduce(0) { $0 + losses.raw.assumingMemoryBound(to: Double.self)[$1] }, counted.count
      )
    }
  }

  fileprivate mutating func replaceRows(_ range: Range<Int>, with rows: Tensor) {
    makeUnique()
    let bytes = width * 4
    withExtendedLifetime((self, rows)) {
      (mutableRawPointer + range.lowerBound * bytes).copyMemory(
        from: rows.rawPointer, byteCount: range.count * bytes)
    }
  }
}

/// Gradients that were made with the loss and wait for its scale; held once, so that they are scaled in place.
private final class PendingGradients: Sendable {
  private let tensors: Mutex<(rows: Tensor, vocabulary: Tensor)?>

  init(_ rows: Tensor, _ vocabulary: Tensor) { tensors = Mutex((rows, vocabulary)) }

  func take() -> (rows: Tensor, vocabulary: Tensor)? {
    tensors.withLock { tensors in
      defer { tensors = nil }
      return tensors
    }
  }
}
