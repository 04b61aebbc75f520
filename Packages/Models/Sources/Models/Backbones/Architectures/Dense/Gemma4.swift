import Configurate
import Sharding
import TensorCore

/// Gemma 4, its text model: layers behind a window and layers that see everything, with heads of their own widths; inputs
/// for each layer, keys and values that late layers share with earlier ones, and a mixture of experts, where files have them.
///
/// - Parameters in a checkpoint: those of ``Gemma3``, of layer N also `layer_scalar` `[1]`, those of ``PerLayerInputs``,
///   ``PerLayerGate`` and ``Gemma4Mixture``.
/// - Source: `modeling_gemma4.py` of `transformers` 5.24.
struct Gemma4: StemmedModel {
  /// The settings in a model's files; no user sets them.
  struct Configuration: GemmaSettings {
    var shape = DecoderShape()
    var softcap: Float?
    var epsilon = 1e-6
    var activation = Activation.geluTanh
    var attentionBias = false
    var tiedHead = true
    /// `nil` without inputs for each layer.
    var inputs: PerLayerInputs.Sizes?
    /// `nil` without experts.
    var mixture: MixtureOfExperts.Configuration?
    var layers: [GemmaLayer] = [GemmaLayer()]
    var types = NumericTypes()
    init() {}
  }

  let stem: DecoderStem
  private let inputs: PerLayerInputs?
  private let blocks: [Gemma4Block]
  private let states: [LayerState]

  init(_ settings: Configuration, parameters: ParameterReader) throws {
    let (shape, mode) = (settings.shape, settings.mode)
    stem = settings.stem(parameters)
    inputs = settings.inputs.map {
      PerLayerInputs($0, of: shape, epsilon: settings.epsilon, mode: mode, parameters: parameters)
    }
    blocks = settings.blocks(parameters) { layer, halves, own in
      Gemma4Block(settings, layer, halves, parameters: own)
    }
    states = settings.layers.states(shards: parameters.shards(of: .attention))
  }

  static var sharding: [(LogicalAxis, MeshAxis?)] { DecoderStem.sharding + [(.experts, .shard)] }

  func makeCache() -> KVCache { KVCache(states, mode: mode, sharesLayers: states.count < blocks.count) }

  /// - Shape: ids `[tokens]`, result `[tokens, width]`, behind which lie the inputs of all layers where there are some.
  func embed(_ ids: [Int32], _ pass: ForwardPass) throws -> Tensor {
    let rows = try stem.embed(ids, pass)
    return try inputs?.following(rows, ids: ids, pass) ?? rows
  }

  func decode(_ embedded: Tensor, _ pass: ForwardPass) throws -> Tensor {
    var rows = inputs == nil ? embedded : embedded.columns(0..<stem.shape.width)
    pass.record(embedding: rows)
    for (index, block) in blocks.enumerated() {
      rows = try block(rows, input: inputs?.input(of: index, in: embedded), pass)
      pass.record(rows, afterBlock: index)
    }
    return rows
  }
}

/// One block of ``Gemma4``.
private struct Gemma4Block: Sendable {
  private let halves: GemmaHalves
  private let feedForward: GatedFeedForward
  private let mixture: Gemma4Mixture?
  private let gate: PerLayerGate?
  private let scale: Float

  init(
    _ settings: Gemma4.Configuration, _ layer: GemmaLayer, _ halves: GemmaHalves,
    parameters: ParameterReader
  ) {
    self.halves = halves
    let (shape, mode, epsilon) = (layer.shape, settings.mode, settings.epsilon)
    feedForward = GatedFeedForward(
      shape, activation: settings.activation, mode: mode, parameters: parameters.scoped(to: "mlp"))
    mixture = settings.mixture.map {
      Gemma4Mixture($0, of: shape, epsilon: epsilon, mode: mode, parameters: parameters)
    }
    gate = settings.inputs.map {
      PerLayerGate(
        $0, of: shape, activation: settings.activation, epsilon: epsilon, mode: mode, parameters: parameters)
    }
    // Empty where it does not fit; the reader has recorded it.
    scale = parameters.parameter("layer_scalar", [1], initializer: .ones).tensor.floats.first ?? 1
  }

  func callAsFunction(_ rows: Tensor, input: Tensor?, _ pass: ForwardPass) throws -> Tensor {
    var attended = halves.afterAttention(try halves.attention(halves.beforeAttention(rows), pass))
    attended.add(rows)
    var fed = try feedForward(halves.beforeFeedForward(attended), pass, adding: nil)
    if let mixture { fed = try mixture(attended, beside: fed, pass) }
    var result = halves.afterFeedForward(fed)
    result.add(attended)
    if let gate, let input { result.add(try gate(result, input: input, pass)) }
    result.scale(by: scale)
    return result
  }
}

/// The experts of a block of ``Gemma4``, beside its feed-forward half.
///
/// - Parameters in a checkpoint: `router/{proj/weight, scale, per_expert_scale}`, `experts/{gate_up_proj, down_proj}`, norms
///   `post_feedforward_layernorm_1`, `pre_feedforward_layernorm_2`, `post_feedforward_layernorm_2`.
private struct Gemma4Mixture: Sendable {
  private let router: Router
  private let routerNorm: Norm
  /// A factor on the weight of each expert.
  private let factors: [Float]
  private let experts: Experts
  private let afterDense: Norm
  private let beforeExperts: Norm
  private let afterExperts: Norm

  /// - Parameter parameters: A reader at the layer.
  init(
    _ settings: MixtureOfExperts.Configuration, of shape: DecoderShape, epsilon: Double, mode: ComputeMode,
    parameters: ParameterReader
  ) {
    func norm(_ name: String) -> Norm {
      Norm(
        .rootMeanSquare(), width: shape.width, epsilon: epsilon, parameters: parameters.scoped(to: name))
    }
    let own = parameters.scoped(to: "router")
    router = Router(settings.routing, settings.router, from: shape.embedAxis, parameters: own)
    var gains = own.parameter("scale", [shape.width], initializer: .ones).tensor
    gains.scale(by: 1 / Float(shape.width).squareRoot())
    routerNorm = Norm(gains: gains, epsilon: epsilon)
    factors = own.parameter("per_expert_scale", [settings.routing.experts], initializer: .ones).tensor.floats
    experts = Experts(
      settings.experts, count: settings.routing.experts, hidden: settings.hidden, from: shape.embedAxis,
      gate: settings.gate, mode: mode, parameters: parameters)
    afterDense = norm("post_feedforward_layernorm_1")
    beforeExperts = norm("pre_feedforward_layernorm_2")
    afterExperts = norm("post_feedforward_layernorm_2")
  }

  /// - Parameter fed: What the feed-forward half made of the same rows.
  func callAsFunction(_ rows: Tensor, beside fed: Tensor, _ pass: ForwardPass) throws -> Tensor {
    var routes = router.routes(of: routerNorm(rows))
    for (expert, factor) in factors.enumerated() {
      routes.weights[expert] = routes.weights[expert].map { $0 * factor }
    }
    var result = afterExperts(try experts(beforeExperts(rows), routes, weighsInput: false, pass))
    result.add(afterDense(fed))
    return result
  }
}
