import Sharding
import TensorCore

/// A frozen affine map of a backbone, or several side by side, packed once when the model is made.
///
/// - Shape: rows `[tokens, input]` in, `[tokens, outputs]` out, the parts behind each other; under sharding, this
///   rank's share of either.
/// - Parameters in a checkpoint: for each part `weight` `[output, input]` (or `[input, output]`) and `bias` `[output]`.
struct Projection: Sendable {
  /// Widths of the parts of a result on this rank.
  let outputs: [Int]
  private let matrix: PackedMatrix
  private let bias: Tensor?
  private let path: String
  /// Whether each rank holds a part of the inner dimension, so that its product is one term of a sum over ranks.
  private let isPartialSum: Bool

  /// - Parameters:
  ///   - names: The parts, such as `["q_proj", "k_proj", "v_proj"]`, and the axis that each writes.
  ///   - arranging: Brings the output rows of a part into the order that the model computes in.
  init(
    _ names: KeyValuePairs<String, ParameterAxis>, from input: ParameterAxis, bias: Bool, mode: ComputeMode,
    orientation: PackedMatrix.Orientation = .outputsByInner, arranging: (Tensor) -> Tensor = { $0 },
    parameters: ParameterReader
  ) {
    var weights: [Tensor] = []
    var biases: [Tensor] = []
    for (name, output) in names {
      let part = parameters.scoped(to: name)
      let axes = orientation == .outputsByInner ? [output, input] : [input, output]
      weights.append(arranging(part.parameter("weight", axes, initializer: .normal(deviation: 0.02)).tensor))
      guard bias else { continue }
      biases.append(arranging(part.parameter("bias", [output], initializer: .zeros).tensor))
    }
    path = names.map { parameters.scoped(to: $0.key).path }.joined(separator: "|")
    isPartialSum = parameters.shards(of: input.name) > 1
    guard (weights + biases).allSatisfy({ $0.count > 0 }) else {  // the reader knows what did not fit
      outputs = names.map { _ in 0 }
      matrix = PackedMatrix(Tensor(zeros: [1, 1]), orientation: orientation, mode: mode)
      self.bias = nil
      return
    }
    outputs = weights.map { orientation == .outputsByInner ? $0.shape[0] : $0.shape[1] }
    matrix = PackedMatrix(concatenating: weights, orientation: orientation, mode: mode)
    self.bias = bias ? Tensor(biases.flatMap(\.floats), shape: [biases.reduce(0) { $0 + $1.count }]) : nil
  }

  /// Computes `activation(rows · weightᵀ + bias) + residual`.
  ///
  /// A contraction over a sharded axis ends with an all-reduce, as in ``Linear``.
  func callAsFunction(
    _ rows: Tensor, _ pass: Pass, activation: Activation = .none, adding residual: Tensor? = nil
  ) throws -> Tensor {
    guard isPartialSum else {
      return matrix.multiply(rows, bias: bias, activation: activation, adding: residual)
    }
    precondition(activation == .none, "an activation cannot follow a partial sum")
    var result = matrix.multiply(rows, bias: pass.communicator.rank == 0 ? bias : nil)
    try pass.communicator.allReduce(&result, named: path)
    if let residual { result.add(residual) }
    return result
  }
}
