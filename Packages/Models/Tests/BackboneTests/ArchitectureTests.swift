import Foundation
import Testing

@testable import Models

@Suite("Architectures by name")
struct ArchitectureTests {
  private func refusal(_ name: String) throws -> ModelError {
    .unknownArchitecture(name, among: Backbone.implementations, path: "config.json")
  }

  @Test(
    "An architecture of transformers that is not here, or one of another number, is refused without a near name",
    arguments: [
      "gpt_neo", "gptj", "jetmoe", "mistral3", "ministral3", "gemma3n_text", "gemma4_text", "opt", "mpt",
      "gemma",
      "qwen4", "llama5", "gpt3",
    ])
  func foreign(name: String) throws {
    let error = try refusal(name)
    #expect(error.kind == .unknownArchitecture(name, nearest: nil, known: Backbone.implementations))
  }

  @Test(
    "A name that differs in one letter, and can mean nothing else, is taken for a misspelt one",
    arguments: [("lama", "llama"), ("gpt-neox", "gpt_neox"), ("qwne2", "qwen2"), ("mistrall", "mistral")])
  func misspelt(name: String, meant: String) throws {
    let error = try refusal(name)
    #expect(error.nearest == meant)
  }

  @Test("Every architecture of the package is found by its names and by that of its GGUF files")
  func builtIn() throws {
    #expect(
      Backbone.implementations.starts(with: [
        "gpt2", "gpt_neox", "llama", "mistral", "internlm3", "qwen2", "qwen", "qwen3", "gemma3_text",
      ]))
    for name in ["gpt2", "gptneox", "llama", "qwen2", "qwen3", "gemma3"] {
      #expect(try Backbone.architecture(ofGGUF: name, at: "a.gguf").1.architecture == name)
    }
  }

  @Test("A second registration under a name that is taken is refused")
  func taken() {
    let error = #expect(throws: ModelError.self) { try Backbone.register(Llama.architecture) }
    #expect(error?.kind == .registeredTwice("llama"))
  }

  @Test(
    "Training an architecture without gradients is refused, and the parts that lack them are named",
    arguments: [
      ("Dense/minicpm3", "of latent attention"), ("Mixtures/mixtral", "of mixtures of experts"),
      ("Hybrids/mamba", "of recurrent layers"), ("Gemma/gemma4-shared", "of per-layer embeddings"),
    ])
  func untrained(name: String, part: String) throws {
    let files = try BackboneFiles(Bundle.module.resourceURL!.appending(path: name).path)
    let reader = ParameterReader(files.parameters, rules: files.sharding)
    let error = #expect(throws: ModelError.self) { try files.build(NumericTypes(), reader) }
    #expect(error?.kind == .noGradients(of: part))
  }

  @Test("An implementation that the settings name does not read files of another architecture")
  func forced() throws {
    let copy = try Copy(of: "llama", changing: [#""model_type": "llama""#: #""model_type": "gemma""#])
    let error = #expect(throws: ModelError.self) { try BackboneFiles(copy.path, implementation: "llama") }
    #expect(error?.key == "model_type")
    #expect(error?.found == "'gemma'")
  }

  @Test("A backbone draws attention, the residual stream and the loss")
  func plots() throws {
    let folder = Reference.folder.appending(path: "llama")
    let figures = try Backbone(path: folder.path).figures(of: [3, 5, 7, 11, 2])
    #expect(figures.keys.sorted() == ["attention", "residual_norm", "token_loss"])
  }
}
