import Basics
import Foundation
import Models
import Testing
import Weights

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
  /// The error of a reference model with changes; `nil` where it opens.
  private func failure(
    _ name: String, _ edits: [String: String], implementation: String? = nil
  ) throws -> (any Error)? {
    let copy = try Copy(of: name, changing: edits)
    do {
      _ = try Backbone(path: copy.path, implementation: implementation, types: float32Types)
      return nil
    } catch { return error }
  }

  /// What is wrong with a reference model whose settings are changed.
  private func problem(
    _ name: String, _ edits: [String: String], implementation: String? = nil
  ) throws -> ModelError {
    try #require(try failure(name, edits, implementation: implementation) as? ModelError)
  }

  @Test(
    "A setting or a value that is not implemented is refused by its name",
    arguments: [
      (#""hidden_act": "silu""#, #""hidden_act": "mish""#, "hidden_act", "'mish'"),
      (#""rope_type": "default""#, #""rope_type": "mrope""#, nil, "'mrope'"),
      (#""rope_type": "default""#, #""short_factor": 2"#, "short_factor", nil),
      (#""pretraining_tp": 1"#, #""pretraining_tp": 2"#, "pretraining_tp", "2"),
      (#""use_cache": true"#, #""num_local_experts": 8"#, "num_local_experts", "8"),
      (#""vocab_size": 40"#, #""vocab_size": -40"#, "vocab_size", "-40"),
      (#""vocab_size": 40"#, #""vocab": 40"#, "vocab_size", nil),
      (#""num_key_value_heads": 2"#, #""num_key_value_heads": 3"#, nil, "3"),
      (
        #""num_hidden_layers": 2"#, #""num_hidden_layers": 1000000000"#, "num_hidden_layers", "1000000000"
      ),
    ] as [(String, String, String?, String?)])
  func named(old: String, new: String, key: String?, found: String?) throws {
    let problem = try problem("llama", [old: new])
    #expect(problem.key == key && problem.found == found, "\(problem)")
    #expect(problem.path?.hasSuffix("/config.json") == true)
  }

  @Test("A name that occurs twice in config.json is refused")
  func twice() throws {
    let problem = try problem("llama", [#""hidden_size": 16"#: #""hidden_size": 16, "hidden_size": 8"#])
    guard case .noJSON(let error) = problem.kind else {
      Issue.record(problem)
      return
    }
    #expect(error.kind == .repeated(name: "hidden_size"))
  }

  @Test("An id of a token that no architecture reads is no error")
  func harmless() throws {
    #expect(try failure("llama", [#""use_cache": true"#: #""unk_token_id": 0"#]) == nil)
  }

  @Test("Missing, unexpected and misshapen parameters are all listed by the files' names")
  func parameters() throws {
    let found = try #require(
      try failure(
        "llama",
        [
          #""num_hidden_layers": 2"#: #""num_hidden_layers": 3"#,
          #""intermediate_size": 24"#: #""intermediate_size": 25"#,
        ]) as? ParameterError)
    #expect(found.missing.contains("model.layers.2.self_attn.q_proj.weight"))
    let mismatch = found.mismatched.first { $0.name == "model.layers.0.mlp.down_proj.weight" }
    #expect(mismatch?.found == [16, 24] && mismatch?.expected == [16, 25])
    let fewer = try #require(
      try failure("llama", [#""num_hidden_layers": 2"#: #""num_hidden_layers": 1"#]) as? ParameterError)
    #expect(fewer.unexpected.contains("model.layers.1.input_layernorm.weight"))
  }

  /// Values that a reader might compute with before it looks at them.
  private static let hostile = [
    "0", "-1", "0.5", "1e300", "1e-300", "9223372036854775807", "16777216", "\"x\"", "true", "[]", "{}",
    "null",
  ]

  @Test(
    "No value of any setting traps",
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

  @Test("An architecture that does not exist is refused with those that do, and the nearest name")
  func implementation() throws {
    let wanted = try problem("llama", [:], implementation: "qwen4")
    #expect(
      wanted.kind == .unknownArchitecture("qwen4", nearest: nil, known: Backbone.implementations))
    let stated = try problem("llama", [#""model_type": "llama""#: #""model_type": "lama""#])
    #expect(stated.found == "lama" && stated.nearest == "llama")
  }

  @Test("An implementation reads the model types that it was compared with, and no other")
  func forced() throws {
    for type in ["gemma", "helium", "ernie4_5", "llamada"] {
      let problem = try problem(
        "llama", [#""model_type": "llama""#: #""model_type": "\#(type)""#], implementation: "llama")
      #expect(problem.key == "model_type" && problem.found == "'\(type)'", "\(problem)")
      #expect(problem.expected?.hasPrefix("one of llama, mistral, internlm3") == true, "\(problem)")
      #expect(problem.path?.hasSuffix("/config.json") == true)
    }
    let edits = [
      #""model_type": "llama""#: #""model_type": "internlm3""#, #""use_cache": true"#: #""unheard_of": 1"#,
    ]
    #expect(
      try problem("llama", edits, implementation: "llama").kind
        == .unknownSettings([.init("unheard_of", "1")], modelType: "llama"))
  }

  @Test(
    "Quantised weights are refused with the name of their form",
    arguments: [
      (#"{"load_in_4bit": true}"#, "bitsandbytes"), (#"{"quant_method": "hqq"}"#, "HQQ"),
      (#"{"quant_method": "mxfp4"}"#, "MXFP4"), (#"{"quant_method": "unheard-of"}"#, "'unheard-of'"),
    ])
  func quantized(settings: String, form: String) throws {
    let problem = try problem("llama", [#""use_cache": true"#: #""quantization_config": \#(settings)"#])
    #expect(problem.kind == .quantized(form))
  }

  @Test("A folder that holds only an adapter, a pickle or empty parts of a GGUF model is described as that")
  func folders() throws {
    func problem(_ files: [String: String]) throws -> WeightsError {
      let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
      return try #require(throws: WeightsError.self) { try Backbone(path: folder.path) }
    }
    let adapter = try problem([
      "adapter_config.json": #"{"base_model_name_or_path": "org/base"}"#, "adapter_model.safetensors": "",
      "config.json": "{}",
    ])
    #expect(adapter.kind == .adapter(base: "org/base"))
    let pickle = try problem(["pytorch_model.bin": "", "config.json": "{}"])
    #expect(pickle.kind == .pickle(isOnly: true))
    let parts = try problem(["m-00001-of-00002.gguf": "", "m-00002-of-00002.gguf": ""])
    #expect(parts.path.hasSuffix("m-00001-of-00002.gguf"))
    #expect(parts.kind == .violation(.truncated("the file, within the letters 'GGUF',")))
  }

  @Test("A weight that is not finite is refused with its file and its place")
  func notFinite() throws {
    let copy = try Copy(of: "llama", changing: [:])
    let file = URL(fileURLWithPath: copy.path).appending(path: "model.safetensors")
    var bytes = try Data(contentsOf: file)
    bytes.replaceSubrange(bytes.count - 2..<bytes.count, with: [0x80, 0x7F])  // infinity in bfloat16
    try bytes.write(to: file)
    let error = try #require(throws: ParameterError.self) { try Backbone(path: copy.path) }
    guard case .notFinite(let cause) = error.unreadable.first?.cause else {
      Issue.record(error)
      return
    }
    #expect(cause.name.contains(file.path) && cause.value == "inf" && cause.index != nil)
  }

  @Test("Integers are refused for weights that are not quantised", arguments: [ActivationType.int16, .int8])
  func integers(type: ActivationType) throws {
    let copy = try Copy(of: "llama", changing: [:])
    var types = NumericTypes()
    types.activation = type
    let error = try #require(throws: ModelError.self) { try Backbone(path: copy.path, types: types) }
    #expect(error.key == "architecture/dtype/activation", "\(error)")
    #expect(error.found == type.rawValue)
  }

  @Test("A folder without weights or configuration is refused") func empty() throws {
    #expect(throws: (any Error).self) { try Backbone(path: "/nowhere") }
  }
}
