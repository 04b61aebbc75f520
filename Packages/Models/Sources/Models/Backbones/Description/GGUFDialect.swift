import TensorCore
public import Weights

/// How GGUF files name the settings and tensors of an architecture, in the words of `config.json` and of the paths that
/// modules ask for.
///
/// - Source: the GGUF specification, *Standardized key-value pairs* and *Standardized tensor names*
///   (ggml-org/ggml, docs/gguf.md).
public struct GGUFDialect: Sendable {
  /// `general.architecture`, such as `qwen2`; settings are named `qwen2.block_count`.
  public var architecture: String
  /// Names of settings, without the architecture, and the `config.json` names of the same: `block_count` for example, to
  /// `num_hidden_layers`.
  public var settings: [String: String]
  /// Tensors outside the blocks, without `.weight` or `.bias`: `token_embd` for example, to `embed_tokens`.
  public var tensors: [String: String]
  /// Tensors of block N, without `blk.N.` and `.weight` or `.bias`, to their paths with points: `ffn_up` for example, to
  /// `mlp.up_proj`. A name with its ending, `attn_sinks.weight`, stands for a whole path, `self_attn.sinks`.
  public var blockTensors: [String: String]
  /// Parameters of a block that files hold in another form, by their paths below it: `mixer/A_log` for example.
  public var conversions: [String: GGUFConversion] = [:]
  /// What the paths of blocks begin with: `layers` for `layers/0/mlp/up_proj/weight`.
  public var blocks: String
  /// Whether `rope.…` settings become the `rope_parameters` of a `config.json`.
  public var hasRotaryPositions: Bool
  /// Whether layers behind a window have rotary positions of their own, of base `rope.freq_base_swa`.
  public var hasLocalRotary = false
  /// Whether it is of files that have experts, where others of the same architecture have none.
  public var isMixture = false
  /// Settings that follow from others, for which GGUF has no names.
  public var implied: @Sendable (GGUFSettings) throws -> [String: GGUFValue]

  public init(
    _ architecture: String, settings: [String: String], tensors: [String: String],
    blockTensors: [String: String],
    blocks: String = "layers", hasRotaryPositions: Bool = true,
    implied: @escaping @Sendable (GGUFSettings) throws -> [String: GGUFValue] = { _ in [:] }
  ) {
    self.architecture = architecture
    self.settings = settings
    self.tensors = tensors
    self.blockTensors = blockTensors
    self.blocks = blocks
    self.hasRotaryPositions = hasRotaryPositions
    self.implied = implied
  }

  /// The names of Llama, which most architectures share.
  ///
  /// - Parameters:
  ///   - architecture: `general.architecture`.
  ///   - changes: Tensors of a block that are named otherwise, or that Llama has not.
  public static func llama(_ architecture: String, changing changes: [String: String] = [:]) -> GGUFDialect {
    GGUFDialect(
      architecture, settings: rootMeanSquareSettings,
      tensors: ["token_embd": "embed_tokens", "output_norm": "norm", "output": "lm_head"],
      blockTensors: gatedNames.merging(changes) { $1 })
  }

  /// The names of a decoder's sizes.
  public static let sizes = [
    "block_count": "num_hidden_layers", "context_length": "max_position_embeddings",
    "embedding_length": "hidden_size", "feed_forward_length": "intermediate_size",
    "attention.head_count": "num_attention_heads",
  ]

  private static let rootMeanSquareSettings = sizes.merging([
    "attention.head_count_kv": "num_key_value_heads", "attention.key_length": "head_dim",
    "attention.layer_norm_rms_epsilon": "rms_norm_eps", "rope.freq_base": "rope_theta",
    "attention.sliding_window": "sliding_window", "attn_logit_softcapping": "attn_logit_softcapping",
    "final_logit_softcapping": "final_logit_softcapping",
  ]) { $1 }

  private static let gatedNames = [
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm", "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
  ]
}

extension GGUFDialect {
  /// The path of a tensor, such as `layers/0/self_attn/q_proj/weight`; `nil` for a name of another dialect.
  func path(of name: String) -> String? {
    var parts = name.split(separator: ".").map(String.init)
    let isOfBlock = parts.count > 2 && parts[0] == "blk"
    if isOfBlock, let own = blockTensors[parts[2...].joined(separator: ".")] {
      return "\(blocks)/\(parts[1])/\(own.replacing(".", with: "/"))"
    }
    guard let ending = parts.popLast(), ["weight", "bias"].contains(ending) else { return nil }
    if parts.count == 1, let stem = tensors[parts[0]] { return "\(stem)/\(ending)" }
    guard isOfBlock, let index = Int(parts[1]),
      let stem = blockTensors[parts[2...].joined(separator: ".")]
    else { return nil }
    return "\(blocks)/\(index)/\(stem.replacing(".", with: "/"))/\(ending)"
  }

  /// How a parameter is made of its tensor; `nil` where it is the tensor.
  func conversion(of path: String) -> GGUFConversion? {
    let parts = path.split(separator: "/")
    guard parts.count > 2, parts[0] == blocks else { return nil }
    return conversions[parts[2...].joined(separator: "/")]
  }

  /// The name of a tensor whose path is known: the inverse of ``path(of:)``.
  func name(of path: String) -> String {
    var parts = path.split(separator: "/").map(String.init)
    let ending = parts.popLast() ?? ""
    if parts.first == blocks, parts.count > 2 {
      let whole = (parts[2...] + [ending]).joined(separator: ".")
      if let name = blockTensors.first(where: { $0.value == whole })?.key {
        return "blk.\(parts[1]).\(name)"
      }
      let stem = parts[2...].joined(separator: ".")
      if let name = blockTensors.first(where: { $0.value == stem })?.key {
        return "blk.\(parts[1]).\(name).\(ending)"
      }
    }
    let stem = parts.joined(separator: ".")
    return "\(tensors.first { $0.value == stem }?.key ?? stem).\(ending)"
  }
}

/// The settings of one architecture in a GGUF file.
public struct GGUFSettings {
  let file: GGUFFile
  /// `llama.` for example.
  let prefix: String
  var path: String { file.path }

  init(_ file: GGUFFile, of architecture: String) {
    self.file = file
    prefix = architecture + "."
  }

  /// The value of `ARCHITECTURE.NAME`.
  public subscript(name: String) -> GGUFValue? { file.values[prefix + name] }

  /// Elements of a head: as stated, else ``widthPerHead``.
  public var headWidth: Int? { self["attention.key_length"]?.integer ?? widthPerHead }

  /// Elements of the residual stream for each head.
  public var widthPerHead: Int? {
    guard let width = self["embedding_length"]?.integer,
      let heads = self["attention.head_count"]?.integer, heads > 0
    else { return nil }
    return width / heads
  }

  /// The tensor of divisors of rotary frequencies for sequences up to the length of training, where there are others for
  /// longer ones, and `rope.scaling.attn_factor` is a factor on what is rotated.
  static let shortFactors = "rope_factors_short.weight"
  var hasShortFactors: Bool { file.shape(of: Self.shortFactors) != nil }

  /// An error of this file, in words of its own.
  public func failure(_ reason: String) -> ModelError { failure(.refused(reason: reason)) }

  /// An error of this file.
  public func failure(_ kind: ModelError.Kind) -> ModelError { ModelError(kind, path: path) }
}
