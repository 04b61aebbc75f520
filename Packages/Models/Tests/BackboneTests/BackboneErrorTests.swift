import Foundation
import Models
import Testing

/// A copy of a reference model, to be damaged.
final class Copy {
  let path: String

  init(of name: String, changing edits: [String: String]) throws {
    let source = Reference.folder.appending(path: name)
    let target = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.copyItem(at: source, to: target)
    path = target.path
    let file = target.appending(path: "config.json")
    var text = try String(contentsOf: file, encoding: .utf8)
    for (old, new) in edits {
      #expect(text.contains(old), "no \(old) in the fixture")
      text = text.replacing(old, with: new)
    }
    try Data(text.utf8).write(to: file)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite("Backbones that do not fit")
struct BackboneErrorTests {
  private func failure(_ name: String, _ edits: [String: String], implementation: String? = nil) throws
    -> String
  {
    let copy = try Copy(of: name, changing: edits)
    do {
      _ = try Backbone(path: copy.path, implementation: implementation, types: float32Types)
      return "opened"
    } catch {
      return "\(error)"
    }
  }

  @Test(
    "an architecture, a setting or a value that is not implemented is named",
    arguments: [
      (
        #""model_type": "llama""#, #""model_type": "lama""#,
        "architecture 'lama' is not implemented; did you mean 'llama'?"
      ),
      (
        #""hidden_act": "silu""#, #""hidden_act": "mish""#,
        "'hidden_act' is 'mish', which is not implemented"
      ),
      (#""rope_type": "default""#, #""rope_type": "mrope""#, "rotary type 'mrope' is not implemented"),
      (
        #""rope_type": "default""#, #""short_factor": 2"#,
        "rotary settings that are not known: 'short_factor'"
      ),
      (#""pretraining_tp": 1"#, #""pretraining_tp": 2"#, "'pretraining_tp' is 2, which is not implemented"),
      (#""use_cache": true"#, #""num_local_experts": 8"#, "'num_local_experts' = 8"),
      (
        #""use_cache": true"#, #""quantization_config": {"bits": 4}"#,
        "take the model as it was before, or as a GGUF file"
      ),
      (#""vocab_size": 40"#, #""vocab_size": -40"#, "'vocab_size' is -40, expected a whole number"),
      (#""use_cache": true"#, #""unk_token_id": 0"#, "opened"),
      (#""vocab_size": 40"#, #""vocab": 40"#, "'vocab_size' is missing"),
      (#""num_key_value_heads": 2"#, #""num_key_value_heads": 3"#, "4 heads do not share 3 key heads evenly"),
      (
        #""num_hidden_layers": 2"#, #""num_hidden_layers": 1000000000"#,
        "expected a whole number from 1 to 10000"
      ),
      (#""hidden_size": 16"#, #""hidden_size": 16, "hidden_size": 8"#, "'hidden_size' occurs twice"),
    ])
  func named(old: String, new: String, sentence: String) throws {
    let found = try failure("llama", [old: new])
    #expect(found.contains(sentence), "\(found)")
  }

  @Test("missing, unexpected and misshapen parameters are all listed, as the files name them")
  func parameters() throws {
    let found = try failure(
      "llama",
      [
        #""num_hidden_layers": 2"#: #""num_hidden_layers": 3"#,
        #""intermediate_size": 24"#: #""intermediate_size": 25"#,
      ])
    #expect(found.contains("'model.layers.2.self_attn.q_proj.weight'"), "\(found)")
    #expect(
      found.contains("'model.layers.0.mlp.down_proj.weight' has shape [16, 24], expected [16, 25]"),
      "\(found)")
    let fewer = try failure("llama", [#""num_hidden_layers": 2"#: #""num_hidden_layers": 1"#])
    #expect(fewer.contains("unexpected 'model.layers.1.input_layernorm.weight'"), "\(fewer)")
  }

  /// Values that a reader might compute with before it looks at them.
  private static let hostile = [
    "0", "-1", "0.5", "1e300", "1e-300", "9223372036854775807", "16777216", "\"x\"", "true", "[]", "{}",
    "null",
  ]

  @Test(
    "no value of any setting traps",
    arguments: [
      "llama-yarn", "llama-biases-llama3", "llama-dynamic", "gemma3-pattern", "qwen2-window-tied", "gpt2",
      "neox",
    ])
  func hostileSettings(name: String) throws {
    let copy = try Copy(of: name, changing: [:])
    let file = URL(fileURLWithPath: copy.path).appending(path: "config.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    var opened = 0
    for value in text.matches(of: /"(\w+)": ([^\s{\[][^\n]*?)(?=,?\n)/)
    where value.output.1 != "architectures" {
      for hostile in Self.hostile {
        try Data(
          text.replacingCharacters(in: value.output.2.startIndex..<value.output.2.endIndex, with: hostile)
            .utf8
        )
        .write(to: file)
        if (try? Backbone(path: copy.path, types: float32Types)) != nil { opened += 1 }
      }
    }
    #expect(opened > 0, "settings that mean nothing may have any value")
  }

  @Test("a wanted implementation that does not exist is an error") func implementation() throws {
    #expect(
      try failure("llama", [:], implementation: "qwen4").contains(
        "architecture 'qwen4' is not implemented (known are gpt2, gpt_neox, llama, "))
  }

  @Test("an implementation reads the model types that it was compared with, and no other")
  func forced() throws {
    for type in ["gemma", "helium", "ernie4_5", "llamada"] {
      let found = try failure(
        "llama", [#""model_type": "llama""#: #""model_type": "\#(type)""#], implementation: "llama")
      #expect(
        found.contains("'model_type' is '\(type)', expected one of llama, mistral, internlm3"), "\(found)")
      #expect(found.contains("/config.json'"), "\(found)")
    }
    let edits = [
      #""model_type": "llama""#: #""model_type": "internlm3""#, #""use_cache": true"#: #""unheard_of": 1"#,
    ]
    #expect(
      try failure("llama", edits, implementation: "llama").contains("not known for 'llama': 'unheard_of' = 1")
    )
  }

  @Test(
    "quantised weights are refused with the name of their form",
    arguments: [
      (#"{"quant_method": "gptq", "bits": 4}"#, "GPTQ"), (#"{"quant_method": "awq"}"#, "AWQ"),
      (#"{"load_in_4bit": true}"#, "bitsandbytes"), (#"{"quant_method": "fp8"}"#, "FP8"),
      (#"{"quant_method": "compressed-tensors"}"#, "compressed-tensors"),
      (#"{"quant_method": "mxfp4"}"#, "MXFP4"),
    ])
  func quantized(settings: String, form: String) throws {
    let found = try failure("llama", [#""use_cache": true"#: #""quantization_config": \#(settings)"#])
    #expect(found.contains("weights quantised by \(form), a form that is not read"), "\(found)")
  }

  @Test("a folder that holds only an adapter, a pickle or empty parts of a GGUF model is called that")
  func folders() throws {
    func sentence(_ files: [String: String]) throws -> String {
      let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
      do {
        _ = try Backbone(path: folder.path)
        return "opened"
      } catch {
        return "\(error)"
      }
    }
    let adapter = try sentence([
      "adapter_config.json": #"{"base_model_name_or_path": "org/base"}"#, "adapter_model.safetensors": "",
      "config.json": "{}",
    ])
    #expect(adapter.contains("a LoRA adapter of 'org/base' and no model"), "\(adapter)")
    let pickle = try sentence(["pytorch_model.bin": "", "config.json": "{}"])
    #expect(pickle.contains("the folder's only weights are PyTorch's"), "\(pickle)")
    let parts = try sentence(["m-00001-of-00002.gguf": "", "m-00002-of-00002.gguf": ""])
    #expect(parts.contains("m-00001-of-00002.gguf") && parts.contains("the file ends within"), "\(parts)")
  }

  @Test("a weight that is not finite is named with its file and its place")
  func notFinite() throws {
    let copy = try Copy(of: "llama", changing: [:])
    let file = URL(fileURLWithPath: copy.path).appending(path: "model.safetensors")
    var bytes = try Data(contentsOf: file)
    bytes.replaceSubrange(bytes.count - 2..<bytes.count, with: [0x80, 0x7F])  // infinity in bfloat16
    try bytes.write(to: file)
    let error = try #require(throws: ParameterError.self) { try Backbone(path: copy.path) }
    #expect("\(error)".hasPrefix("parameters cannot be read: '\(file.path)': tensor '"), "\(error)")
    #expect("\(error)".contains(" holds inf at element "), "\(error)")
  }

  @Test("integers are refused for weights that are not quantised") func integers() throws {
    let copy = try Copy(of: "llama", changing: [:])
    var types = NumericTypes()
    types.activation = .int16
    let error = try #require(throws: ModelError.self) { try Backbone(path: copy.path, types: types) }
    #expect(error.key == "architecture/dtype/activation", "\(error)")
    #expect("\(error)".contains("none of the weights stays in quantised blocks"), "\(error)")
  }

  @Test("a folder without weights or configuration is an error") func empty() throws {
    #expect(throws: (any Error).self) { try Backbone(path: "/nowhere") }
  }
}
