import Configurate
import Sharding
import TensorCore

/// Gemma 3n, its text model: several residual streams of which each layer computes one, inputs for each layer, a low-rank
/// path beside attention, sparse gates, and keys and values that late layers share with earlier ones.
///
/// - Parameters in a checkpoint: those of ``Gemma3``; those of ``PerLayerInputs`` and ``AlternatingStreams``; of layer N also
///   those of ``PerLayerGate``, `altup` (``AlternatingUpdates``), and `laurel/{linear_left, linear_right, post_laurel_norm}`.
/// - Source: `modeling_gemma3n.py` of `transformers` 5.24; Google 2025, *Gemma 3n*.
struct Gemma3n: StemmedModel {
  /// The settings in a model's files; no user sets them.
  struct Configuration: GemmaSettings {
    var shape = DecoderShape()
    var softcap: Float?
    var epsilon = 1e-6
    var activation = Activation.geluTanh
    var attentionBias = false
    var tiedHead = true
    var inputs = PerLayerInputs.Sizes(vocabularySize: 1, width: 1)
    /// How many residual streams there are, and which of them layers compute.
    var streams = 1
    var active = 0
    /// Whether the stream that the layer has computed is scaled before its input is added.
    var scalesOutput = true
    /// The width of the low-rank path.
    var rank = 1
    var layers: [GemmaLayer] = [GemmaLayer()]
    var types = NumericTypes()
    init() {}
  }

  let stem: DecoderStem
  private let inputs: PerLayerInputs
  private let streams: AlternatingStreams
  private let blocks: [Gemma3nBlock]
  private let states: [LayerState]

  init(_ settings: Configuration, parameters: ParameterReader) throws {
    let (shape, mode) = (settings.shape, settings.mode)
    stem = settings.stem(parameters)
    inputs = PerLayerInputs(
      settings.inputs, of: shape, epsilon: settings.epsilon, mode: mode, parameters: parameters)
    streams = AlternatingStreams(settings.streams, of: shape, mode: mode, parameters: parameters)
    blocks = settings.blocks(parameters) { layer, halves, own in
      Gemma3nBlock(settings, layer, halves, parameters: own)
    }
    states = settings.layers.states(shards: parameters.shards(of: .attention))
  }

  func makeCache() -> KVCache { KVCache(states, mode: mode, sharesLayers: states.count < blocks.count) }

  /// - Shape: ids `[tokens]`, result `[tokens, width]`, behind which lie the inputs of all layers.
  func embed(_ ids: [Int32], _ pass: ForwardPass) throws -> Tensor {
    try inputs.following(stem.embed(ids, pass), ids: ids, pass)
  }

  func decode(_ embedded: Tensor, _ pass: ForwardPass) throws -> Tensor {
    let rows = embedded.columns(0..<stem.shape.width)
    pass.record(embedding: rows)
    var all = streams.split(rows, pass)
    for (index, block) in blocks.enumerated() {
      all = try block(all, input: inputs.input(of: index, in: embedded), pass)
      pass.record(all[0], afterBlock: index)
    }
    return streams.joined(all, pass)
  }
}

/// One block of ``Gemma3n``.
private struct Gemma3nBlock: Sendable {
  private let halves: GemmaHalves
  private let updates: AlternatingUpdates
  private let active: Int
  private let scalesOutput: Bool
  private let left: Linear
  private let right: Linear
  private let afterLowRank: Norm
  private let feedForward: any FeedForward
  private let gate: PerLayerGate

  init(
    _ settings: Gemma3n.Configuration, _ layer: GemmaLayer, _ halves: GemmaHalves,
    parameters: ParameterReader
  ) {
    self.halves = halves
    let (shape, mode, epsilon) = (layer.shape, settings.mode, settings.epsilon)
    (active, scalesOutput) = (settings.active, settings.scalesOutput)
    updates = AlternatingUpdates(
      streams: settings.streams, active: active, width: shape.width, epsilon: epsilon,
      parameters: parameters.scoped(to: "altup"))
    let (rank, laurel) = (ParameterAxis(nil, settings.rank), parameters.scoped(to: "laurel"))
    left = Linear(["linear_left": rank], from: shape.embedAxis, bias: false, mode: mode, parameters: laurel)
    right = Linear(["linear_right": shape.embedAxis], from: rank, bias: false, mode: mode, parameters: laurel)
    afterLowRank = Norm(
      .rootMeanSquare(), width: shape.width, epsilon: epsilon,
      parameters: laurel.scoped(to: "post_laurel_norm"))
    let own = parameters.scoped(to: "mlp")
    feedForward =
      layer.gateCut.map {
        SparseFeedForward(shape, cut: $0, activation: settings.activation, mode: mode, parameters: own)
      } ?? GatedFeedForward(shape, activation: settings.activation, mode: mode, parameters: own)
    gate = PerLayerGate(
      settings.inputs, of: shape, activation: settings.activation, epsilon: epsilon, mode: mode,
      parameters: parameters)
  }

  func callAsFunction(_ streams: [Tensor], input: Tensor, _ pass: ForwardPass) throws -> [Tensor] {
    let predictions = updates.predictions(of: streams)
    let read = halves.beforeAttention(predictions[active])
    var attended = halves.afterAttention(try halves.attention(read, pass))
    attended.add(predictions[active])
    attended.add(read)
    attended.add(afterLowRank(try right(left(read, pass), pass)))
    attended.scale(by: Float(0.5).squareRoot())
    var activated = halves.afterFeedForward(
      try feedForward(halves.beforeFeedForward(attended), pass, adding: nil))
    activated.add(attended)
    var corrected = updates.corrected(predictions, by: activated)
    let added = try gate(updates.output(corrected, scales: scalesOutput), input: input, pass)
    for index in corrected.indices.dropFirst() { corrected[index].add(added) }
    return corrected
  }
}
