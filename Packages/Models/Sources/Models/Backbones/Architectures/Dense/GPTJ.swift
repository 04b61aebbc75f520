import Basics
import TensorCore

/// GPT-J: both halves of a block read the same normalised rows, and a part of each head rotates in neighbouring pairs.
/// CodeGen has the projections of queries, keys and values in one, in four groups.
///
/// - Parameters in a checkpoint: `wte`, `h/N/{ln_1, attn/{q,k,v}_proj, attn/out_proj, mlp/{fc_in,fc_out}}`, `ln_f`,
///   `lm_head` with a bias; `attn/qkv_proj` in CodeGen.
/// - Source: Wang and Komatsuzaki 2021, *GPT-J-6B*; Nijkamp et al. 2023, *CodeGen*, §2.1.
enum GPTJ {
  static let architecture = Architecture(
    "gptj", of: ComposedDecoder.self, defaults: defaults, settings: configuration, types: \.types, hub: hub)

  static let codeGen = Architecture(
    "codegen", of: ComposedDecoder.self, defaults: defaults,
    settings: { description throws(ModelError) in
      let settings = try configuration(description)
      let part = settings.shape.width / 4
      guard settings.shape.width % 4 == 0 else {
        throw description.failure("rows of \(settings.shape.width) elements do not make four groups")
      }
      let rows = { (place: Int) in
        (0..<4).map { ($0 * 3 + place) * part..<($0 * 3 + place + 1) * part }
      }
      description.splits(
        "h/*/attn/qkv_proj", into: [("q_proj", rows(0)), ("v_proj", rows(1)), ("k_proj", rows(2))])
      return settings
    }, types: \.types, hub: hub)

  private static let hub = HubNames(prefix: "transformer.")
  private static let defaults: [String: JSONValue] = [
    "n_positions": 2048, "layer_norm_epsilon": 1e-5, "rotary_dim": 64,
  ]

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    let shape = try description.gptShape()
    var settings = try ComposedDecoder.Configuration(
      gpt: shape, .init(tokens: "wte", norm: "ln_f"), epsilon: "layer_norm_epsilon", tied: false, description)
    settings.stemRules.headBias = true
    settings.block.order = .parallel
    (settings.block.beforeAttention, settings.block.beforeFeedForward) = ("ln_1", nil)
    (settings.attention.name, settings.attention.output) = ("attn", "out_proj")
    settings.feedForward = .plain(
      "mlp", "fc_in", "fc_out", bias: true,
      activation: try description.activation("activation_function", default: "gelu_new"))
    description.ignore("rotary", "scale_attn_weights")  // transformers rotates and scales whatever they say
    let width = try description.integer("rotary_dim", in: 2...shape.headWidth)
    guard width % 2 == 0 else {
      throw description.failure("'rotary_dim' is \(width), expected an even number")
    }
    let rotary = RotarySettings(base: 10_000, width: width, layout: .interleaved)
    for index in settings.layers.indices { settings.layers[index].rotary = rotary }
    return settings
  }
}
