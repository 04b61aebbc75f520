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
