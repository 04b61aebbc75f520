import Basics
import Checkpoints
import Models
import TensorCore
import Weights

/// The settings and parameters of a GPT under the names that `transformers` gives them.
///
/// - Source: transformers, `GPT2Config`, `GPTNeoXConfig` and the modules that they describe.
struct ExportedGPT {
  private let model: GPT.Configuration
  private let checkpoint: Checkpoint
  private let endOfText: Int?
  private var width: Int { model.width }
  private var heads: Int { model.block.attention.heads }

  init(_ model: GPT.Configuration, _ checkpoint: Checkpoint, endOfText: Int?) {
    self.model = model
    self.checkpoint = checkpoint
    self.endOfText = endOfText
  }

  /// The contents of `config.json`.
  var configuration: JSONValue {
    let type = (try? checkpoint.tensor(named: "wte").elementType) ?? .float32
    let ids: [(String, JSONValue)] =
      endOfText.map { [("bos_token_id", .integer($0)), ("eos_token_id", .integer($0))] } ?? []
    let shared: [(String, JSONValue)] =
      [
        ("vocab_size", .integer(vocabularySize)), ("tie_word_embeddings", .bool(true)),
        ("torch_dtype", .text("\(type)")),
      ] + ids
    guard model.rope else {
      return .object(
        [
          ("architectures", .list([.text("GPT2LMHeadModel")])), ("model_type", .text("gpt2")),
          ("n_embd", .integer(width)), ("n_layer", .integer(model.layers)), ("n_head", .integer(heads)),
          ("n_positions", .integer(model.blockSize)), ("n_inner", .integer(innerWidth)),
          ("activation_function", .text("gelu_new")),
          ("layer_norm_epsilon", .number(model.block.norm.epsilon)),
          ("resid_pdrop", .number(model.dropout)), ("embd_pdrop", .number(model.dropout)),
          ("attn_pdrop", .number(0)),
        ] + shared)
    }
    return .object(
      [
        ("architectures", .list([.text("GPTNeoXForCausalLM")])), ("model_type", .text("gpt_neox")),
        ("hidden_size", .integer(width)), ("num_hidden_layers", .integer(model.layers)),
        ("num_attention_heads", .integer(heads)), ("intermediate_size", .integer(innerWidth)),
        ("max_position_embeddings", .integer(model.blockSize)), ("hidden_act", .text("gelu_new")),
        ("layer_norm_eps", .number(model.block.norm.epsilon)), ("rotary_pct", .number(1)),
        ("rotary_emb_base", .integer(10_000)), ("use_parallel_residual", .bool(false)),
        ("attention_bias", .bool(true)), ("hidden_dropout", .number(model.dropout)),
        ("attention_dropout", .number(0)),
      ] + shared)
  }

  /// All parameters, read when they are written.
  func parts() throws -> [SafetensorsFile.Part] {
    let root = model.rope ? "gpt_neox" : "transformer"
    var parts = [try same("wte", as: model.rope ? "gpt_neox.embed_in.weight" : "transformer.wte.weight")]
    if !model.rope { parts.append(try same("wpe", as: "transformer.wpe.weight")) }
    for index in 0..<model.layers {
      let (own, theirs) = ("blocks_\(index)", model.rope ? "\(root).layers.\(index)" : "\(root).h.\(index)")
      parts += try norm("\(own)/ln_1", as: theirs + (model.rope ? ".input_layernorm" : ".ln_1"))
      parts += try norm("\(own)/ln_2", as: theirs + (model.rope ? ".post_attention_layernorm" : ".ln_2"))
      let names: [(String, String)] =
        model.rope
        ? [
          ("attn/c_attn", "attention.query_key_value"), ("attn/c_proj", "attention.dense"),
          ("mlp/c_fc", "mlp.dense_h_to_4h"), ("mlp/c_proj", "mlp.dense_4h_to_h"),
        ]
        : ["attn/c_attn", "attn/c_proj", "mlp/c_fc", "mlp/c_proj"].map { ($0, $0.replacing("/", with: ".")) }
      for (name, their) in names { parts += try linear("\(own)/\(name)", as: "\(theirs).\(their)") }
    }
    return parts + (try norm("ln_f", as: root + (model.rope ? ".final_layer_norm" : ".ln_f")))
  }

  private var vocabularySize: Int { model.vocabularySize }
  private var innerWidth: Int {
    let size = model.block.mlp.intermediateSize
    return size > 0 ? size : 4 * width
  }

  private func same(_ name: String, as their: String) throws -> SafetensorsFile.Part {
    let (shape, type) = (try checkpoint.shape(of: name), try checkpoint.elementType(of: name))
    return SafetensorsFile.Part(their, shape: shape, elementType: type) { try checkpoint.tensor(named: name) }
  }

  private func norm(_ name: String, as their: String) throws -> [SafetensorsFile.Part] {
    [try same("\(name)/weight", as: "\(their).weight"), try bias("\(name)/bias", width, as: "\(their).bias")]
  }

  /// A bias, or zeros where the model has none.
  private func bias(
    _ name: String, _ count: Int, as their: String, order: [Int]? = nil
  ) throws -> SafetensorsFile.Part {
    guard checkpoint.names.contains(name) else {
      return SafetensorsFile.Part(their, shape: [count], elementType: .float32) { Tensor(zeros: [count]) }
    }
    guard let order else { return try same(name, as: their) }
    let type = try checkpoint.elementType(of: name)
    return SafetensorsFile.Part(their, shape: [count], elementType: type) {
      let values = try checkpoint.tensor(named: name).floats
      return Tensor(order.map { values[$0] }, shape: [count]).converted(to: type)
    }
  }

  /// A product: GPT-2 keeps `[inputs, outputs]`; GPT-NeoX has `[outputs, inputs]`, and its queries, keys and values head
  /// by head.
  private func linear(_ name: String, as their: String) throws -> [SafetensorsFile.Part] {
    let (kernel, shape) = ("\(name)/kernel", try checkpoint.shape(of: "\(name)/kernel"))
    guard model.rope else {
      return [
        try same(kernel, as: "\(their).weight"), try bias("\(name)/bias", shape[1], as: "\(their).bias"),
      ]
    }
    let order = name.hasSuffix("c_attn") ? outputsByHead : Array(0..<shape[1])
    let type = try checkpoint.elementType(of: kernel)
    let weight = SafetensorsFile.Part("\(their).weight", shape: [shape[1], shape[0]], elementType: type) {
      let values = try checkpoint.tensor(named: kernel).floats
      let (inputs, outputs) = (shape[0], shape[1])
      let turned = order.flatMap { output in (0..<inputs).map { values[$0 * outputs + output] } }
      return Tensor(turned, shape: [outputs, inputs]).converted(to: type)
    }
    return [weight, try bias("\(name)/bias", shape[1], as: "\(their).bias", order: order)]
  }

  /// Of each output of GPT-NeoX's `query_key_value`, head after head its query, key and value: where ours stands, which has
  /// all queries first.
  private var outputsByHead: [Int] {
    let headWidth = width / heads
    return (0..<heads).flatMap { head in
      (0..<3).flatMap { part in (0..<headWidth).map { part * width + head * headWidth + $0 } }
    }
  }
}
