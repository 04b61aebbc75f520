import Sharding
import TensorCore

/// Per-layer embeddings: of each token, besides its embedding, a short row for each layer.
///
///     inputs = (norm(embedding · projection / √width) + table[id] · √own width) / √2
///
/// Ids that the table lacks have its first row. Every rank holds all of it.
///
/// - Shape: embedded rows `[tokens, width]`, inputs of all layers `[tokens, layers · own width]`.
/// - Parameters in a checkpoint: `embed_tokens_per_layer/weight` `[ids, layers · own width]`,
///   `per_layer_model_projection/weight` `[layers · own width, width]`, `per_layer_projection_norm/weight` `[own width]`.
/// - Source: `modeling_gemma3n.py` of `transformers` 5.24; Google 2025, *Gemma 3n*.
struct PerLayerInputs: Sendable {
  /// How many ids the table has, and the elements of a layer's row.
  struct Sizes: Sendable, Equatable {
    var vocabularySize: Int
    var width: Int
  }

  private let sizes: Sizes
  private let width: Int
  private let layers: Int
  private let table: Parameter
  private let projection: Linear
  private let norm: Norm

  /// - Parameter parameters: A reader above the table.
  init(
    _ sizes: Sizes, of shape: DecoderShape, epsilon: Double, mode: ComputeMode, parameters: ParameterReader
  ) {
    self.sizes = sizes
    (width, layers) = (shape.width, shape.layers)
    let joined = ParameterAxis(nil, shape.layers * sizes.width)
    table = parameters.parameter(
      "embed_tokens_per_layer/weight", [ParameterAxis(nil, sizes.vocabularySize), joined],
      initializer: .normal(deviation: 0.02))
    projection = Linear(
      ["per_layer_model_projection": joined], from: shape.embedAxis, bias: false, mode: mode,
      parameters: parameters)
    norm = Norm(
      .rootMeanSquare(), width: sizes.width, epsilon: epsilon,
      parameters: parameters.scoped(to: "per_layer_projection_norm"))
  }

  /// The inputs of all layers, behind the embedded rows that they belong to: `[tokens, width + layers · own width]`.
  func following(_ rows: Tensor, ids: [Int32], _ pass: ForwardPass) throws -> Tensor {
    var inputs = try projection(rows, pass)
    inputs.scale(by: 1 / Float(width).squareRoot())
    norm.normalizeHeads(of: &inputs, columns: 0..<inputs.width, headWidth: sizes.width)
    var own = pass.rows(ids.map { $0 < sizes.vocabularySize ? $0 : 0 }, of: table)
    own.scale(by: Float(sizes.width).squareRoot())
    inputs.add(own)
    inputs.scale(by: Float(0.5).squareRoot())
    return .joiningColumns([rows, inputs])
  }

  /// The inputs of one layer, `[tokens, own width]`.
  func input(of layer: Int, in following: Tensor) -> Tensor {
    let first = width + layer * sizes.width
    return following.columns(first..<first + sizes.width)
  }
}

/// What a layer adds of its input: the rows choose by a gate how much of it.
///
///     result = norm((activation(rows · gate) ⊙ input) · projection)
///
/// - Shape: rows and result `[tokens, width]`, input `[tokens, own width]`.
/// - Parameters in a checkpoint: `per_layer_input_gate/weight` `[own width, width]`, `per_layer_projection/weight`
///   `[width, own width]`, `post_per_layer_input_norm/weight` `[width]`.
struct PerLayerGate: Sendable {
  private let gate: Linear
  private let projection: Linear
  private let norm: Norm
  private let activation: Activation

  /// - Parameter parameters: A reader at the layer.
  init(
    _ sizes: PerLayerInputs.Sizes, of shape: DecoderShape, activation: Activation, epsilon: Double,
    mode: ComputeMode, parameters: ParameterReader
  ) {
    self.activation = activation
    let own = ParameterAxis(nil, sizes.width)
    gate = Linear(
      ["per_layer_input_gate": own], from: shape.embedAxis, bias: false, mode: mode, parameters: parameters)
    projection = Linear(
      ["per_layer_projection": shape.embedAxis], from: own, bias: false, mode: mode, parameters: parameters)
    norm = Norm(
      .rootMeanSquare(), width: shape.width, epsilon: epsilon,
      parameters: parameters.scoped(to: "post_per_layer_input_norm"))
  }

  func callAsFunction(_ rows: Tensor, input: Tensor, _ pass: ForwardPass) throws -> Tensor {
    let gated = try gate(rows, pass, activation: activation).multiplied(elementwiseBy: input)
    return norm(try projection(gated, pass))
  }
}
