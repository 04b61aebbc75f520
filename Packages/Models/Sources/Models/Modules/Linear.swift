public import Sharding
public import TensorCore

/// An affine map `rows · weight + bias`, or several side by side, with what may follow fused in.
///
/// - Shape: rows `[tokens, input]` in, `[tokens, outputs]` out, the parts behind each other; under sharding, this
///   rank's share of either.
/// - Parameters in a checkpoint: below the name of each part its weight, laid out by ``Layout``, and `bias` `[output]`.
public struct Linear: Sendable {
  /// How a part's weight is called, and which of its axes comes first.
  public enum Layout: Sendable {
    /// `kernel` `[input, output]`, of Flax.
    case kernel
    /// `weight` `[output, input]`, of PyTorch.
    case weight
    /// `weight` `[input, output]`: GPT-2's `Conv1D`.
    case convolution

    fileprivate var name: String { self == .kernel ? "kernel" : "weight" }
    fileprivate var orientation: PackedMatrix.Orientation {
      self == .weight ? .outputsByInner : .innerByOutputs
    }
  }

  /// Widths of the parts of a result on this rank.
  public let outputs: [Int]
  private let weight: LinearWeight
  private let path: String
  /// Whether each rank holds a part of the inner dimension, so that its product is one term of a sum over ranks.
  private let isPartialSum: Bool

  /// Reads the parameters of all parts. What is missing or misshapen is collected by the reader, not thrown.
  ///
  /// - Parameters:
  ///   - parts: Their names, such as `["q_proj", "k_proj", "v_proj"]`, and the axis that each writes.
  ///   - input: The axis that all parts read.
  ///   - layout: How their weights are named, and which axis comes first.
  ///   - bias: Whether each part has one.
  ///   - initializer: What the weights of a new model are.
  ///   - isGated: Whether two parts are a gate and what it lets through.
  ///   - mode: What a model that is not trainable packs its weights for.
  ///   - order: Of so many outputs of a part, those that the model computes first, as ranges; nil as they lie.
  public init(
    _ parts: KeyValuePairs<String, ParameterAxis>, from input: ParameterAxis, layout: Layout = .weight,
    bias: Bool, initializer: Initializer = .normal(deviation: 0.02), isGated: Bool = false,
    order: ((Int) -> [Range<Int>])? = nil, mode: ComputeMode, parameters: ParameterReader
  ) {
    path = parts.map { parameters.scoped(to: $0.key).path }.joined(separator: "|")
    isPartialSum = parameters.shards(of: input.name) > 1
    let orientation = layout.orientation
    let read = parts.map { name, output in
      let own = parameters.scoped(to: name)
      let axes = orientation == .outputsByInner ? [output, input] : [input, output]
      let weight = own.parameter(layout.name, axes, initializer: initializer)
      let bias = bias ? own.parameter("bias", [output], initializer: .zeros) : nil
      return LinearWeight.Part(weight, bias: bias, order: order?(weight.shape[0]))
    }
    let fits = read.allSatisfy { $0.weight.count > 0 && $0.bias?.tensor.count != 0 }
    // What does not fit is empty; the reader has recorded it, and throws when the model is made.
    let nothing = LinearWeight.Part(Parameter(Tensor(zeros: [1, 1])))
    let whole = fits ? read : read.map { _ in nothing }
    weight =
      parameters.isTrainable
      ? LinearWeight(whole, orientation: orientation, isGated: isGated)
      : LinearWeight(freezing: whole, orientation: orientation, isGated: isGated, mode: mode)
    outputs = fits ? weight.outputs : whole.map { _ in 0 }
  }

  /// Computes `dropout(activation(rows · weight + bias)) + residual`.
  ///
  /// A contraction over a sharded axis ends with an all-reduce: the one rule that places every collective.
  ///
  /// - Shape: rows `[tokens, input]`, residual and result `[tokens, outputs]`.
  /// - Precondition: No activation follows a contraction over a sharded axis.
  public func callAsFunction(
    _ rows: Tensor, _ pass: ForwardPass, activation: Activation = .none,
    dropout: (rate: Float, site: DropoutSite)? = nil, adding residual: Tensor? = nil
  ) throws -> Tensor {
    let drops = pass.dropoutKey != nil && (dropout?.rate ?? 0) > 0
    guard isPartialSum || drops else {
      return rows.multiplied(by: weight, mode: pass.mode, activation: activation, adding: residual)
    }
    precondition(!isPartialSum || activation == .none, "an activation cannot follow a partial sum")
    // Of the terms that ranks sum, the first brings the bias.
    let addsBias = !isPartialSum || pass.communicator.rank == 0
    var result = rows.multiplied(by: weight, mode: pass.mode, addsBias: addsBias, activation: activation)
    if isPartialSum {
      try pass.requireUnrecorded()
      try pass.communicator.allReduce(&result, named: path)
    }
    if let dropout { result = pass.droppingOut(result, rate: dropout.rate, site: dropout.site) }
    if let residual { result.add(residual) }
    return result
  }

  /// Computes `activation(rows · gate + bias) ⊙ (rows · up + bias)` with the two parts.
  ///
  /// - Shape: rows `[tokens, input]`, result `[tokens, output]`.
  /// - Precondition: Made with `isGated`; the input is not sharded.
  public func gated(_ rows: Tensor, _ pass: ForwardPass, activation: Activation) -> Tensor {
    precondition(!isPartialSum, "a gate cannot follow a partial sum")
    return rows.gated(by: weight, mode: pass.mode, activation: activation)
  }
}
