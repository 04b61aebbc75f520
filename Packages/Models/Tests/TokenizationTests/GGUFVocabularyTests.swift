import Foundation
import Testing

@testable import Tokenization

/// Against llama.cpp: each vocabulary of `tokenizers/goldens` has texts (`.inp`) and their ids (`.out`).
@Suite("GGUF vocabularies")
struct GGUFVocabularyTests {
  static let goldens: [String] = {
    let folder = SharedFolder.url.appending(path: "tokenizers/goldens").path
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".gguf") }.sorted().map { "\(folder)/\($0)" }
  }()

  @Test(
    "A GGUF vocabulary gives llama.cpp's ids",
    .enabled(if: SharedFolder.exists, "needs the shared folder beside the repository"),
    arguments: goldens)
  func golden(file: String) throws {
    let tokenizer = try Tokenizers.forBackbone(at: file)
    let texts = try String(contentsOfFile: file + ".inp", encoding: .utf8).components(
      separatedBy: "\n__ggml_vocab_test__\n")
    let lines = try String(contentsOfFile: file + ".out", encoding: .utf8).components(separatedBy: "\n")
    for (text, line) in zip(texts, lines) {
      #expect(
        try tokenizer.encode(text, addingSpecialTokens: false)
          == line.split(separator: " ").compactMap { Int32($0) }, "\(text.debugDescription)")
    }
    #expect(texts.count > 40)
  }
}

/// Against the tokenizer of the folder that llama.cpp's converter made the file of (`Tools/make-references/converted.py`).
@Suite("A vocabulary of Gemma 4 in a GGUF file")
struct GGUFGemmaTests {
  @Test("A GGUF vocabulary of Gemma 4 gives the ids and texts of its tokenizer.json")
  func ids() throws {
    let file = try #require(
      Bundle.module.url(forResource: "Fixtures/tokenizers/gemma4", withExtension: "gguf"))
    let own = try SubwordTokenizer(gguf: file.path)
    let other = try SubwordTokenizer(huggingFace: file.path.replacing(/gguf$/, with: "json"))
    let texts =
      [
        "", " ", "  two  spaces ", "a\n\nb\n", "<s> is text", "caf\u{E9} \u{1F600}\u{4E2D}",
        "tab\tand\u{2581}mark",
      ]
      + RandomText(count: 200)
    for text in texts {
      let ids = own.encode(text)
      #expect(ids == other.encode(text), "\(text.debugDescription)")
      #expect(try own.decode(ids) == other.decode(ids), "\(text.debugDescription)")
    }
    #expect(own.bosToken == 1 && own.eotToken == 2 && own.vocabularySize == other.vocabularySize)
  }
}
