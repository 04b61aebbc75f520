internal import CKernels

/// The cross-entropy of a pass with its targets, in nats, which gradients are taken of.
public struct CrossEntropy: Sendable {
  /// Of all targets.
  public let sum: Double
  /// How many targets there were.
  public let count: Int
  let node: TapeNode?

  /// A loss that no tape knows.
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
    let vocabulary = weight.parts.first?.weight
    let master = node == nil ? nil : vocabulary?.tensor.converted(to: .float32)
    var rowsGradient = Tensor(zeros: node == nil ? [0] : shape)
    var vocabularyGradient = Tensor(zeros: master?.shape ?? [0])
    var total = (sum: 0.0, count: 0)
    let size = Swift.max(16, (1 << 21) / matrix.outputs)
    for first in stride(from: 0, to: targets.count, by: size) {
      let range = first..<Swift.min(first + size, targets.count)
      let some = unrecorded.rows(range)
      let ids = Array(targets[range])
      let logits = matrix.multiply(some)
      let part = logits.crossEntropy(targets: ids)
      total = (total.sum + part.sum, total.count + part.count)
      guard let master else { continue }
      let errors = logits.softmax().subtractingOnes(at: ids)
      rowsGradient.replaceRows(range, with: errors.matrixProduct(master))
      vocabularyGradient.addProduct(errors, some, transposingLeft: true)
    }
    guard let node, let vocabulary else { return CrossEntropy(sum: total.sum, count: total.count) }
    let result = node.tape.record { [rowsGradient, vocabularyGradient] seed, adjoints in
      let scale = seed.floats[0]
      var (byRows, byVocabulary) = (rowsGradient, vocabularyGradient)
      byRows.scale(by: scale)
      byVocabulary.scale(by: scale)
      adjoints.gradients.add(byVocabulary, to: vocabulary)
      adjoints.add(byRows, to: node)
    }
    return CrossEntropy(sum: total.sum, count: total.count, node: result)
  }

  /// Probabilities less one at each row's target; rows without a target become zero.
  fileprivate consuming func subtractingOnes(at targets: [Int32]) -> Tensor {
    var errors = self
    let width = errors.width
    errors.withMutableElements { elements in
      for (row, target) in targets.enumerated() {
        if target >= 0 {
          elements[row * width + Int(target)] -= 1
        } else {
          for column in 0..<width { elements[row * width + column] = 0 }
        }
      }
    }
    return errors
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
