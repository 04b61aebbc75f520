import Foundation
import Testing

@testable import Tokenization

/// Against the wheels `tokenizers` and `tiktoken`; `Tools/make-references/tokenizers_ids.py` made the numbers.
@Suite("Reference ids")
struct ReferenceIDsTests {
  struct Case {
    let texts: [String]
    let ids: [[Int32]]
    let random: String
  }

  static func reference(_ name: String) throws -> Case {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/ids", withExtension: "json"))
    let all = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    let found = try #require(all[name] as? [String: Any])
    return Case(
      texts: try #require(all["texts"] as? [String]),
      ids: try #require(found["ids"] as? [[Int]]).map { $0.map(Int32.init) },
      random: try #require(found["random"] as? String))
  }

  private func expectAgreement(_ tokenizer: some Tokenizer, with name: String) throws {
    let reference = try Self.reference(name)
    for (text, ids) in zip(reference.texts, reference.ids) {
      #expect(try tokenizer.encode(text) == ids, "\(text.debugDescription)")
    }
    #expect(try tokenizer.encodeBatch(reference.texts) == reference.ids)
    #expect(try digest(tokenizer, count: 20_000) == reference.random)
  }

  /// FNV-1a over the decimal ids, a space after each, a newline after each text.
  private func digest(_ tokenizer: some Tokenizer, count: Int) throws -> String {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325
    for ids in try tokenizer.encodeBatch(Array(RandomText(count: count))) {
      for byte in (ids.map { "\($0) " }.joined() + "\n").utf8 {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
      }
    }
    return String(format: "%016lx", value)
  }

  /// Small tokenizers of Llama's kind; `Tools/make-references/tokenizers_wheel.py` trained them.
  static let small = [
    "gemma", "llama", "metaspace-always", "metaspace-first", "metaspace-never", "splits", "unigram",
    "unigram-bytes", "whole",
  ]

  static func path(_ name: String) throws -> String {
    try #require(Bundle.module.url(forResource: "Fixtures/tokenizers/\(name)", withExtension: "json")).path
  }

  @Test("Small tokenizers of Llama's kind give the ids of the package tokenizers", arguments: small)
  func smallTokenizers(name: String) throws {
    try expectAgreement(SubwordTokenizer(huggingFace: Self.path(name)), with: name)
  }

  static let folders = ["gpt-neox", "gpt2", "qwen2", "smollm2"]

  @Test(
    "Tokenizers give the ids of the package tokenizers",
    .enabled(if: SharedFolder.exists, "needs the shared folder beside the repository"),
    arguments: folders)
  func huggingFace(folder: String) throws {
    let tokenizer = try SubwordTokenizer(
      huggingFace: SharedFolder.url.appending(path: "tokenizers/\(folder)").path)
    try expectAgreement(tokenizer, with: folder)
    let composes = folder == "gpt-neox" || folder == "qwen2"
    for text in RandomText(count: 2000) {
      let back = try tokenizer.decode(tokenizer.encode(text))
      let expected = composes ? text.precomposedStringWithCanonicalMapping : text
      #expect(back.unicodeScalars.elementsEqual(expected.unicodeScalars), "\(text.debugDescription)")
    }
  }

  @Test(
    "Tokenizers give the ids that llama.cpp recorded",
    .enabled(if: SharedFolder.exists, "needs the shared folder beside the repository"),
    arguments: [("gpt2", "gpt-2"), ("qwen2", "qwen2")])
  func goldens(folder: String, golden: String) throws {
    let tokenizers = SharedFolder.url.appending(path: "tokenizers")
    let tokenizer = try SubwordTokenizer(huggingFace: tokenizers.appending(path: folder).path)
    let file = tokenizers.appending(path: "goldens/ggml-vocab-\(golden).gguf").path
    let texts = try String(contentsOfFile: file + ".inp", encoding: .utf8).components(
      separatedBy: "\n__ggml_vocab_test__\n")
    let lines = try String(contentsOfFile: file + ".out", encoding: .utf8).components(separatedBy: "\n")
    for (text, line) in zip(texts, lines) {
      #expect(
        tokenizer.encode(text) == line.split(separator: " ").compactMap { Int32($0) },
        "\(text.debugDescription)")
    }
    #expect(texts.count > 40)
  }

  @Test("A small rank file gives tiktoken's ids", arguments: ["cl100k_base", "o200k_base"])
  func tiktoken(name: String) throws {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/small", withExtension: "tiktoken"))
    let ranks = try TiktokenRanks([UInt8](Data(contentsOf: url)), path: url.path)
    let encoding = try #require(TiktokenEncoding.all.first { $0.name == name })
    var definition = try ranks.definition(of: encoding)
    definition.addedTokens = [("<|endoftext|>", 100_257), ("<|im_start|>", 100_264), ("<|im_end|>", 100_265)]
      .map {
        AddedToken(id: $1, text: $0)
      }
    try expectAgreement(SubwordTokenizer(definition), with: name)
  }
}
