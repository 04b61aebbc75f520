import Configurate
import Sharding
import TensorCore

/// A decoder of normalised halves added on, of which some or all feed-forward halves are mixtures of experts.
///
/// Each architecture is a reader of its settings, in a file of its own; what they differ in are ``Configuration``'s values.
/// These models score and are not trained.
///
/// - Parameters in a checkpoint: those of ``Llama``, with ``MixtureOfExperts`` or a network of one's own in a layer's
///   feed-forward half, and in its attention half ``GroupedAttention`` or ``LatentAttention``.
struct SparseDecoder: Decoder {
  /// The settings in a model's files; no user sets them.
  struct Configuration: Settings {
    var shape = DecoderShape()
    var rotary = RotarySettings()
    var attention = AttentionSettings()
    /// The attention of layers whose keys and values are made of a latent row; `nil` for grouped attention.
    var latent: LatentAttention.Sizes?
    var norm = Norm.Kind.rootMeanSquare()
    var epsilon = 1e-5
    var activation = Activation.silu
    /// Whether networks that are no mixtures have biases.
    var feedForwardBias = false
    /// The part of a layer that holds its feed-forward half.
    var feedForwardName = "mlp"
    var mixture = MixtureOfExperts.Configuration()
    /// Of each layer, whether it is a mixture.
    var isMixture: [Bool] = [false]
    /// A factor on what each half adds to the residual stream.
    var residualScale: Float = 1
    var embeddingScale: Float = 1
    /// What logits are divided by.
    var logitDivisor: Float = 1
    var tiedHead = false
    /// Whether logits have a bias.
    var headBias = false
    var types = NumericTypes()
    init() {}
  }

  /// What the attention halves of layers differ in.
  struct AttentionSettings: Sendable {
    /// Per layer, how many positions a row sees; `nil` for all.
    var windows: [Int?] = [nil]
    /// Per layer, at which multiples positions are cut; `nil` where they are not.
    var chunks: [Int?] = [nil]
    /// Per layer, whether queries and keys turn.
    var turns: [Bool] = [true]
    /// The factor on scores; 1 / √(head width) where it is `nil`.
    var scale: Float?
    var qkvBias = false
    var outputBias = false
    var headNorms = HeadNorms.Choice.none
    /// Whether each head has a sink.
    var hasSinks = false
    /// In layers that do not turn, how queries grow with their position.
    var temperature: GroupedAttention.Temperature?
  }

  let stem: DecoderStem
  private let blocks: [SparseBlock]
  private let logitDivisor: Float

  init(_ settings: Configuration, parameters: ParameterReader) throws {
    guard !parameters.isTrainable else {
      throw ModelError(.noGradients(of: "of mixtures of experts"))
    }
    var rules = DecoderStem.Rules(scale: settings.embeddingScale)
    rules.headBias = settings.headBias
    stem = DecoderStem(
      settings.shape, .init(head: settings.tiedHead ? nil : "lm_head"), rules, norm: settings.norm,
      epsilon: settings.epsilon, mode: settings.types.activation.mode, parameters: parameters)
    logitDivisor = settings.logitDivisor
    let rotary = settings.rotary.table(settings.shape.blockSize)
    blocks = (0..<settings.shape.layers).map { index in
      SparseBlock(
        settings, index: index, rotary: rotary,
        parameters: parameters.scoped(to: "layers").scoped(to: "\(index)"))
    }
  }

  static var sharding: [(LogicalAxis, MeshAxis?)] { DecoderStem.sharding + [(.experts, .shard)] }

  func block(_ index: Int, _ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    try blocks[index](rows, pass, layer: index)
  }

  func unembed(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    try stem.vocabulary.logits(of: last(rows), pass)
  }

  func score(_ rows: Tensor, targets: TargetLists, _ pass: ForwardPass) throws -> RowScores {
    try stem.vocabulary.score(last(rows), targets: targets, pass)
  }

  func crossEntropy(_ rows: Tensor, targets: [Int32], _ pass: ForwardPass) throws -> CrossEntropy {
    try stem.vocabulary.crossEntropy(of: last(rows), targets: targets, pass)
  }

  /// What the head reads.
  private func last(_ rows: Tensor) -> Tensor {
    var rows = stem.norm(rows)
    if logitDivisor != 1 { rows.scale(by: 1 / logitDivisor) }
    return rows
  }
}

/// The attention of a block: the part that rows of one sequence share.
protocol SequenceMixer: Sendable {
  /// - Shape: rows and residual `[tokens, width]`, result the same.
  /// - Parameters:
  ///   - layer: Which layer's keys and values of the cache these are, from 0.
  ///   - residual: What the result is added to, if anything.
  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, layer: Int, adding residual: Tensor?) throws
    -> Tensor
}

extension GroupedAttention: SequenceMixer {}

/// One block of a ``SparseDecoder``.
private struct SparseBlock: Sendable {
  private let attentionNorm: Norm
  private let attention: any SequenceMixer
  private let feedForwardNorm: Norm
  private let feedForward: any FeedForward
  private let scale: Float

  init(_ settings: SparseDecoder.Configuration, index: Int, rotary: RotaryTable, parameters: ParameterReader)
  {
    let (shape, mode) = (settings.shape, settings.types.activation.mode)
    func norm(_ name: String) -> Norm {
      Norm(
        settings.norm, width: shape.width, epsilon: settings.epsilon, parameters: parameters.scoped(to: name))
    }
    let own = parameters.scoped(to: "self_attn")
    attention =
      settings.latent.map {
        LatentAttention($0, settings, rotary: rotary, parameters: own) as any SequenceMixer
      } ?? GroupedAttention(settings, layer: index, rotary: rotary, parameters: own)
    let half = parameters.scoped(to: settings.feedForwardName)
    feedForward =
      settings.isMixture[index]
      ? MixtureOfExperts(settings.mixture, shape: shape, mode: mode, parameters: half)
      : GatedFeedForward(
        shape, activation: settings.activation, bias: settings.feedForwardBias, mode: mode, parameters: half)
    attentionNorm = norm("input_layernorm")
    feedForwardNorm = norm("post_attention_layernorm")
    scale = settings.residualScale
  }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, layer: Int) throws -> Tensor {
    let attended = try half(rows) { try attention(attentionNorm(rows), pass, layer: layer, adding: $0) }
    return try half(attended) { try feedForward(feedForwardNorm(attended), pass, adding: $0) }
  }

  /// Adds what a half makes, times the scale.
  private func half(_ rows: Tensor, _ make: (Tensor?) throws -> Tensor) rethrows -> Tensor {
    guard scale != 1 else { return try make(rows) }
    var result = try make(nil)
    result.scale(by: scale)
    result.add(rows)
    return result
  }
}

extension GroupedAttention {
  /// The attention of one layer of a ``SparseDecoder``.
  fileprivate init(
    _ settings: SparseDecoder.Configuration, layer: Int, rotary: RotaryTable, parameters: ParameterReader
  ) {
    let (shape, own, mode) = (settings.shape, settings.attention, settings.types.activation.mode)
    var rules = Rules(
      headWidth: shape.headWidth, window: own.windows[layer], rotary: own.turns[layer] ? rotary : nil)
    rules.scale = own.scale ?? rules.scale
    rules.chunk = own.chunks[layer]
    rules.temperature = own.turns[layer] ? nil : own.temperature
    rules.headNorms = own.headNorms.norms(
      of: shape, epsilon: settings.epsilon, turns: own.turns[layer], parameters: parameters)
    rules.normalizesLate = own.headNorms.isLate
    if own.hasSinks {
      rules.sinks =
        parameters.parameter(
          "sinks", [.init(.attention, shape.heads)], initializer: .zeros
        ).tensor
    }
    self.init(
      rules, shape: shape,
      qkvProjection: Linear(
        ["q_proj": shape.queryAxis, "k_proj": shape.keyAxis, "v_proj": shape.keyAxis], from: shape.embedAxis,
        bias: own.qkvBias, mode: mode, parameters: parameters),
      outputProjection: Linear(
        ["o_proj": shape.embedAxis], from: shape.joinedAxis, bias: own.outputBias, mode: mode,
        parameters: parameters))
  }
}
