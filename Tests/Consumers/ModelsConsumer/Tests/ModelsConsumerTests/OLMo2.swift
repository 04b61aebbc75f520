import Configurate
import Models
import TensorCore

/// OLMo 2: the halves of a block are normalised after they are computed, and queries and keys over all heads at once.
///
/// - Parameters in a checkpoint: `embed_tokens`, `layers/N/{self_attn/{q,k,v,o}_proj, self_attn/{q,k}_norm,
///   post_attention_layernorm, mlp/{gate,up,down}_proj, post_feedforward_layernorm}`, `norm`, `lm_head`.
/// - Source: OLMo Team 2024, *2 OLMo 2 Furious*, §2.
struct OLMo2: Decoder, BackboneModel {
  struct Configuration: Settings {
    var shape = DecoderShape()
    var rotary = RotarySettings()
    var epsilon = 1e-5
    var activation = Activation.silu
    var bias = false
    var tiedHead = false
    var types = NumericTypes()
    init() {}

    /// Reads `config.json`, or the metadata of a GGUF file in its words.
    init(_ description: ModelDescription) throws {
      shape = try description.decoderShape()
      rotary = try description.rotary(headWidth: shape.headWidth, blockSize: shape.blockSize)
      epsilon = try description.number("rms_norm_eps", default: 1e-5)
      activation = try description.activation("hidden_act", default: "silu")
      bias = try description.bool("attention_bias", default: false)
      tiedHead = try description.tiesHead(default: false)
    }
  }

  static var architecture: Architecture {
    Architecture(
      "olmo2_abroad", of: Self.self, settings: { try Configuration($0) }, types: \.types,
      gguf: .llama(
        "olmo2_abroad",
        changing: [
          "post_attention_norm": "post_attention_layernorm", "post_ffw_norm": "post_feedforward_layernorm",
        ]))
  }

  let stem: DecoderStem
  private let blocks: [PostNormBlock]

  init(_ settings: Configuration, parameters: ParameterReader) {
    stem = DecoderStem(
      settings.shape, .init(head: settings.tiedHead ? nil : "lm_head"), norm: .rootMeanSquare(),
      epsilon: settings.epsilon, mode: settings.types.activation.mode, parameters: parameters)
    let rotary = settings.rotary.table(settings.shape.blockSize)
    blocks = (0..<settings.shape.layers).map { index in
      PostNormBlock(
        settings, rotary: rotary, parameters: parameters.scoped(to: "layers").scoped(to: "\(index)"))
    }
  }

  func block(_ index: Int, _ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    try blocks[index](rows, pass, layer: index)
  }
}

/// One block of ``OLMo2``.
private struct PostNormBlock: Sendable {
  let attention: GroupedAttention
  let attentionNorm: Norm
  let feedForward: any FeedForward
  let feedForwardNorm: Norm

  init(_ settings: OLMo2.Configuration, rotary: RotaryTable, parameters: ParameterReader) {
    let (shape, mode, own) = (
      settings.shape, settings.types.activation.mode, parameters.scoped(to: "self_attn")
    )
    func norm(_ name: String) -> Norm {
      Norm(
        .rootMeanSquare(), width: shape.width, epsilon: settings.epsilon,
        parameters: parameters.scoped(to: name))
    }
    var rules = GroupedAttention.Rules(headWidth: shape.headWidth, rotary: rotary)
    rules.headNorms = .all(of: shape, epsilon: settings.epsilon, parameters: own)
    attention = GroupedAttention(
      rules, shape: shape,
      qkvProjection: Linear(
        ["q_proj": shape.queryAxis, "k_proj": shape.keyAxis, "v_proj": shape.keyAxis], from: shape.embedAxis,
        bias: settings.bias, mode: mode, parameters: own),
      outputProjection: Linear(
        ["o_proj": shape.embedAxis], from: shape.joinedAxis, bias: settings.bias, mode: mode, parameters: own)
    )
    attentionNorm = norm("post_attention_layernorm")
    feedForward = GatedFeedForward(
      shape, activation: settings.activation, mode: mode, parameters: parameters.scoped(to: "mlp"))
    feedForwardNorm = norm("post_feedforward_layernorm")
  }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, layer: Int) throws -> Tensor {
    var attended = attentionNorm(try attention(rows, pass, layer: layer, adding: nil))
    attended.add(rows)
    var result = feedForwardNorm(try feedForward(attended, pass, adding: nil))
    result.add(attended)
    return result
  }
}
