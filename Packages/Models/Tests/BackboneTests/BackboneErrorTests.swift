import Foundation
import Models
import Testing

/// A copy of a reference model, to be damaged.
private final class Copy {
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
        #""hidden_act": "silu""#, #""hidden_act": "relu2""#,
        "'hidden_act' is 'relu2', which is not implemented"
      ),
      (#""rope_type": "default""#, #""rope_type": "longrope""#, "rotary type 'longrope' is not implemented"),
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

  @Test("a folder without weights or configuration is an error") func empty() throws {
    #expect(throws: (any Error).self) { try Backbone(path: "/nowhere") }
  }
}
