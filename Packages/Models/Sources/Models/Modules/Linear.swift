public import Sharding
import TensorCore

/// A frozen affine map `rows · kernel + bias`, with what may follow it fused in.
///
/// - Shape: rows `[tokens, input]` in, `[tokens, output]` out; under sharding, this rank's share of either.
/// - Parameters in a checkpoint: `kernel` `[input, output]`, `bias` `[output]`.
public struct Linear: Sendable {
  /// The width of a result on this rank.
  public let outputs: Int
  private let path: String
  private let kernel: Parameter
  private let bias: Parameter?
  /// Whether each rank holds a part of the inner dimension, so that its product is one term of a sum over ranks.
  private let isPartialSum: Bool

  public init(
    from input: ParameterAxis, to output: ParameterAxis, bias: Bool, initializer: Initializer,
    parameters: ParameterReader
  ) {
    path = parameters.path
    kernel = parameters.parameter("kernel", [input, output], initializer: initializer)
    self.bias = bias ? parameters.parameter("bias", [output], initializer: .zeros) : nil
    outputs = output.size / parameters.shards(of: output.name)
    isPartialSum = parameters.shards(of: input.name) > 1
  }

  /// Computes `dropout(activation(rows · kernel + bias)) + residual`.
  ///
  /// A contraction over a sharded axis ends with an all-reduce: the one rule that places every collective.
  func callAsFunction(
    _ rows: Tensor, _ pass: Pass, activation: Activation = .none,
    dropout: (rate: Float, site: DropoutSite)? = nil, adding residual: Tensor? = nil
  ) throws -> Tensor {
    let drops = pass.dropoutKey != nil && (dropout?.rate ?? 0) > 0
    guard isPartialSum || drops else {
      return rows.multiplied(
        by: kernel, .innerByOutputs, mode: pass.mode, bias: bias, activation: activation, adding: residual)
    }
    precondition(!isPartialSum || activation == .none, "an activation cannot follow a partial sum")
    // Of the terms that ranks sum, the first brings the bias.
    let bringsBias = !isPartialSum || pass.communicator.rank == 0
    var result = rows.multiplied(
      by: kernel, .innerByOutputs, mode: pass.mode, bias: bringsBias ? bias : nil, activation: activation)
    if isPartialSum { try pass.communicator.allReduce(&result, named: path) }
    if let dropout { result = pass.droppingOut(result, rate: dropout.rate, site: dropout.site) }
    if let residual { result.add(residual) }
    return result
  }
}
