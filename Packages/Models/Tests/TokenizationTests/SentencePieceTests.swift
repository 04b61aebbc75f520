import Basics
import Foundation
import Testing

@testable import Tokenization

/// Against the `sentencepiece` package: models and ids that `Tools/make-references/sentencepiece_ids.py` made.
@Suite("Models of SentencePiece")
struct SentencePieceTests {
  private static let folder = Bundle.module.url(forResource: "Fixtures/sentencepiece", withExtension: nil)!

  private func tokenizer(_ name: String) throws -> SubwordTokenizer {
    try SubwordTokenizer(huggingFace: Self.folder.appending(path: name).path)
  }

  @Test(
    "A SentencePiece model gives the ids of the package sentencepiece",
    arguments: ["bpe", "bpe-unprefixed", "unigram", "unigram-unknown"])
  func ids(name: String) throws {
    let tokenizer = try tokenizer(name)
    let text = try Data(contentsOf: Self.folder.appending(path: "\(name)/ids.json"))
    let object = try #require(try JSONValue(Array(text)).object)
    let texts = try #require(object["texts"]?.list).compactMap(\.text)
    let ids = try #require(object["ids"]?.list).map { ($0.list ?? []).compactMap(\.integer).map(Int32.init) }
    #expect(texts.count == ids.count && texts.count > 10)
    for (text, ids) in zip(texts, ids) where !text.isEmpty {
      #expect(tokenizer.encode(text, addingSpecialTokens: false) == ids, "\(name): \(text.debugDescription)")
    }
  }

  @Test("A SentencePiece model begins a text with its own token, and has one that ends a text")
  func ends() throws {
    let first = try tokenizer("bpe")
    #expect(first.bosToken == 1 && first.eotToken == 2 && first.encode("a").first == 1)
    let other = try tokenizer("bpe-unprefixed")
    #expect(other.bosToken == 2 && other.eotToken == 1)
    #expect(try other.decode(other.encodeOrdinary("two  spaces")) == "two  spaces")
    #expect(other.encode("<turn>", addingSpecialTokens: false).count == 1)
  }

  @Test("A SentencePiece model that changes a text first is refused with what it asks for")
  func normalized() throws {
    let error = #expect(throws: TokenizerError.self) { try tokenizer("collapsed") }
    #expect(error?.found == "remove_extra_whitespaces")
  }
}
