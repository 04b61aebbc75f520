import Basics
import Foundation
import Testing

@testable import Models

/// The 91 values of `model_type` that were tried when seven of them ran.
private let tried = Set(
  """
  llama qwen2 qwen3 mistral gemma3_text qwen3_moe gpt_oss gemma3 gemma2 gemma phi3 mixtral gpt2 gpt_neox deepseek_v3
  qwen3_next qwen3_5_text qwen3_5_moe_text gemma3n_text gemma4_text gemma4 llama4_text phi phi4_multimodal phimoe smollm3
  olmo olmo2 olmo3 olmoe granite granitemoe granitemoehybrid falcon falcon_h1 stablelm starcoder2 gpt_bigcode gptj gpt_neo
  codegen opt bloom mpt cohere cohere2 deepseek_v2 glm glm4 glm4_moe exaone4 internlm3 internlm2 minicpm minicpm3 minimax
  mamba mamba2 rwkv jamba zamba2 nemotron nemotron_h lfm2 lfm2_moe ernie4_5 ernie4_5_moe hunyuan_v1_dense seed_oss arcee
  bitnet apertus helium ministral ministral3 mistral3 dots1 hunyuan_v1_moe persimmon xglm recurrent_gemma kimi_k2 vaultgemma
  diffllama cwm jetmoe qwen2_moe mistral4 youtu glm_moe_dsa deepseek_v4
  """.split(whereSeparator: \.isWhitespace).map(String.init))

/// The folders of small random models that tests compare with `transformers`.
private let kinds = ["Fixtures", "Dense", "Gemma", "Hybrids", "Mixtures"]

/// Those that are refused.
private let refused = Set(
  """
  phi4_multimodal minimax rwkv zamba2 bitnet recurrent_gemma diffllama jetmoe
  glm_moe_dsa deepseek_v4
  """.split(whereSeparator: \.isWhitespace).map(String.init))

@Suite("Which architectures run")
struct CoverageTests {
  /// Values of `model_type` of the small random models that tests compare with `transformers`.
  private static let compared = Result { () throws -> Set<String> in
    var types: Set<String> = []
    for kind in kinds {
      let folder = Bundle.module.url(forResource: kind, withExtension: nil)!
      for model in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
        let text = try Data(contentsOf: model.appending(path: "config.json"))
        types.insert(try #require(try JSONValue(Array(text), options: .python).object?["model_type"]?.text))
      }
    }
    return types
  }

  @Test("81 of the 91 architectures that were tried run, and each is compared with transformers")
  func coverage() throws {
    #expect(tried.count == 91)
    let known = Set(Backbone.implementations + TextPart.all.map(\.name))
    #expect(tried.subtracting(known) == refused)
    #expect(tried.subtracting(refused).subtracting(try Self.compared.get()) == [])
    #expect(tried.subtracting(refused).count == 81)
  }

  @Test("Every architecture that is said to be compared is compared")
  func comparisons() throws {
    var found: [String: Set<String>] = [:]
    for kind in kinds {
      let folder = Bundle.module.url(forResource: kind, withExtension: nil)!
      for model in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
        let files = try FileManager.default.contentsOfDirectory(atPath: model.path)
        let text = try Data(contentsOf: model.appending(path: "config.json"))
        let type = try JSONValue(Array(text), options: .python).object?["model_type"]?.text
        guard let own = Backbone.builtIn.first(where: { $0.names.contains(type ?? "") }) else { continue }
        found[own.name, default: []].formUnion(files.map { ($0 as NSString).pathExtension })
        let converted = Bundle.module.url(
          forResource: "Converted/\(kind)/\(model.lastPathComponent)", withExtension: "gguf")
        // Files of OLMo 3 and Falcon Mamba are read as those of the model before.
        if converted != nil, own.gguf != nil { found[own.name]?.insert("gguf") }
        if files.contains("gradients.safetensors") { found[own.name]?.insert("gradients") }
      }
    }
    for architecture in Backbone.builtIn {
      let files = try #require(found[architecture.name])
      #expect(architecture.compared.contains(.gguf) == files.contains("gguf"), "\(architecture.name)")
      #expect(
        architecture.compared.contains(.gradients) == files.contains("gradients"), "\(architecture.name)")
    }
  }

  @Test("Every architecture of the package is compared with transformers")
  func all() throws {
    // 'qwen' is the original system's name of 'qwen2'.
    let names = Set(Backbone.implementations + TextPart.all.map(\.name)).subtracting(["qwen"])
    #expect(names.subtracting(try Self.compared.get()) == [])
  }
}
