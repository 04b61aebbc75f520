import Basics
import TensorCore
import Weights

/// What GGUF calls things, in the words of `transformers`.
struct GGUFDialect {
  /// `general.architecture`.
  let architecture: String
  private let modelType: String
  /// Settings that have another name, below the architecture's.
  private let settings: [String: String]
  /// Names of tensors: of the model, then of block `N` without `blk.N.`; all without `.weight` or `.bias`.
  private let outer: [String: String]
  private let inner: [String: String]
  private let blocks: String

  init?(_ architecture: String) {
    self.architecture = architecture
    switch architecture {
    case "llama", "qwen2", "qwen3", "gemma3":
      modelType = architecture == "gemma3" ? "gemma3_text" : architecture
      settings = Self.rootMeanSquareSettings
      outer = ["token_embd": "embed_tokens", "output_norm": "norm", "output": "lm_head"]
      inner = architecture == "gemma3" ? Self.gatedNames.merging(Self.sandwichNames) { $1 } : Self.gatedNames
      blocks = "layers"
    case "gpt2":
      modelType = "gpt2"
      settings = [
        "block_count": "n_layer", "context_length": "n_positions", "embedding_length": "n_embd",
        "feed_forward_length": "n_inner", "attention.head_count": "n_head",
        "attention.layer_norm_epsilon": "layer_norm_epsilon",
      ]
      outer = ["token_embd": "wte", "position_embd": "wpe", "output_norm": "ln_f", "output": "lm_head"]
      inner = [
        "attn_norm": "ln_1", "attn_qkv": "attn.c_attn", "attn_output": "attn.c_proj", "ffn_norm": "ln_2",
        "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj",
      ]
      blocks = "h"
    case "gptneox":
      modelType = "gpt_neox"
      settings = Self.sizes.merging([
        "attention.layer_norm_epsilon": "layer_norm_eps", "use_parallel_residual": "use_parallel_residual",
        "rope.freq_base": "rope_theta",
      ]) { $1 }
      outer = ["token_embd": "embed_in", "output_norm": "final_layer_norm", "output": "lm_head"]
      inner = [
        "attn_norm": "input_layernorm", "attn_qkv": "attention.query_key_value",
        "attn_output": "attention.dense", "ffn_norm": "post_attention_layernorm",
        "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h",
      ]
      blocks = "layers"
    default: return nil
    }
  }

  private static let sizes = [
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

  private static let sandwichNames = [
    "post_attention_norm": "post_attention_layernorm", "ffn_norm": "pre_feedforward_layernorm",
    "post_ffw_norm": "post_feedforward_layernorm",
  ]

  /// The path of a tensor, such as `layers/0/self_attn/q_proj/weight`; `nil` for a name of another dialect.
  func path(of name: String) -> String? {
    var parts = name.split(separator: ".").map(String.init)
    guard let ending = parts.popLast(), ["weight", "bias"].contains(ending) else { return nil }
    if parts.count == 1, let stem = outer[parts[0]] { return "\(stem)/\(ending)" }
    guard parts.count == 3, parts[0] == "blk", let index = Int(parts[1]), let stem = inner[parts[2]] else {
      return nil
    }
    return "\(blocks)/\(index)/\(stem.replacing(".", with: "/"))/\(ending)"
  }

  /// The name of a tensor whose path is known: the inverse of ``path(of:)``.
  func name(of path: String) -> String {
    var parts = path.split(separator: "/").map(String.init)
    let ending = parts.popLast() ?? ""
    if parts.first == blocks, parts.count > 2 {
      let stem = parts[2...].joined(separator: ".")
      if let name = inner.first(where: { $0.value == stem })?.key {
        return "blk.\(parts[1]).\(name).\(ending)"
      }
    }
    let stem = parts.joined(separator: ".")
    return "\(outer.first { $0.value == stem }?.key ?? stem).\(ending)"
  }

  /// The metadata as a `config.json` would say it.
  func description(of file: GGUFFile) throws -> ModelDescription {
    let prefix = architecture + "."
    var object = JSONObject()
    func failure(_ reason: String) -> ModelError { ModelError("'\(file.path)': \(reason)") }
    object["model_type"] = .text(modelType)
    if let parts = file.values["split.count"]?.integer, parts > 1 {
      throw failure("one of \(parts) parts; join them with llama-gguf-split --merge")
    }
    var rope: [String: JSONValue] = [:]
    for (key, value) in file.values.sorted(by: { $0.key < $1.key }) where key.hasPrefix(prefix) {
      let name = String(key.dropFirst(prefix.count))
      let json = JSONValue(value)
      if let own = settings[name] {
        object[own] = json
      } else if let own = Self.ropeFields[name] {
        rope[own] = json
      } else if !Self.implied.contains(name) {
        object[key] = json  // left unread, and so named if it means something
      }
    }
    if let turning = file.values[prefix + "rope.dimension_count"]?.integer {
      let width = file.values[prefix + "attention.key_length"]?.integer ?? headWidth(file) ?? turning
      guard width > 0 else { throw failure("heads of \(width) elements") }
      rope["partial_rotary_factor"] = .number(Double(turning) / Double(width))
    }
    if let width = file.values[prefix + "attention.value_length"]?.integer,
      let own = file.values[prefix + "attention.key_length"]?.integer, own != width
    {
      throw failure("values of \(width) elements a head and keys of \(own), which is not implemented")
    }
    if modelType != "gpt2", !rope.isEmpty {
      var fields = JSONObject()
      for (name, value) in rope.sorted(by: { $0.key < $1.key }) { fields[name] = value }
      object["rope_parameters"] = .object(fields.names.map { ($0, fields[$0] ?? .null) })
    }
    guard let vocabulary = file.shape(of: "token_embd.weight")?.first else {
      throw failure("no tensor 'token_embd.weight'")
    }
    object["vocab_size"] = .integer(vocabulary)
    if modelType == "gemma3_text" {
      // llama.cpp scales queries by the head's width, but for the model of 27 billion parameters.
      let layers = file.values[prefix + "block_count"]?.integer
      guard let width = layers == 62 ? perHead(file) : headWidth(file) ?? perHead(file) else {
        throw failure("no head width")
      }
      object["query_pre_attn_scalar"] = .integer(width)
    }
    let hasHead = file.shape(of: "output.weight") != nil
    object["tie_word_embeddings"] = .bool(!hasHead)
    let divisors = try file.shape(of: "rope_freqs.weight").map { _ in
      try file.tensor(named: "rope_freqs.weight").floats.map(Double.init)
    }
    return try ModelDescription(
      object, path: file.path, layout: .gguf, hasHead: hasHead, rotaryDivisors: divisors)
  }

  private func headWidth(_ file: GGUFFile) -> Int? {
    file.values[architecture + ".attention.key_length"]?.integer ?? perHead(file)
  }

  private func perHead(_ file: GGUFFile) -> Int? {
    guard let width = file.values[architecture + ".embedding_length"]?.integer,
      let heads = file.values[architecture + ".attention.head_count"]?.integer, heads > 0
    else { return nil }
    return width / heads
  }

  private static let ropeFields = [
    "rope.scaling.type": "rope_type", "rope.scaling.factor": "factor", "rope.scale_linear": "factor",
    "rope.scaling.original_context_length": "original_max_position_embeddings",
    "rope.scaling.attn_factor": "attention_factor", "rope.scaling.yarn_beta_fast": "beta_fast",
    "rope.scaling.yarn_beta_slow": "beta_slow",
  ]

  /// What other values say too.
  private static let implied: Set<String> = [
    "vocab_size", "rope.dimension_count", "attention.value_length", "rope.scaling.finetuned",
    "tensor_data_layout", "attention.causal",
  ]
}

extension JSONValue {
  fileprivate init(_ value: GGUFValue) {
    switch value {
    case .integer(let integer): self = .integer(integer)
    case .number(let number): self = .number(number)
    case .bool(let bool): self = .bool(bool)
    case .text(let text): self = .text(text)
    case .array(let array): self = .list(Array(repeating: .null, count: min(array.count, 1)))
    }
  }
}
