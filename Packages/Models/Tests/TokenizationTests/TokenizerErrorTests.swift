import Testing
import Tokenization

/// The one place where the wording of these errors is tested; elsewhere their facts are.
@Suite("Errors of tokenizers")
struct TokenizerErrorTests {
  @Test("are one sentence each, made of their facts")
  func sentences() {
    let sentences: [(TokenizerError.Kind, String)] = [
      (
        .outsideVocabulary(id: 7, position: 1, vocabularySize: 5),
        "token id 7 at position 1 is outside the vocabulary 0 ..< 5 of the tokenizer"
      ),
      (
        .unused(id: 3, position: 0, tokenizer: "gguf 0"),
        "token id 3 at position 0 is not used by the tokenizer 'gguf 0'"
      ),
      (.notAnID("x"), "the trivial tokenizer reads ids separated by spaces, found 'x'"),
      (
        .unknown(
          what: "tokenizer backend", name: "byte", place: "tokenizer/backend", supported: ["bytes", "gguf"]),
        "unknown tokenizer backend 'byte' in setting 'tokenizer/backend', supported are 'bytes', 'gguf'; did you mean 'bytes'?"
      ),
      (.refused(setting: "a/b", reason: "is true"), "setting 'a/b' is true"),
      (.missing(path: "p", reason: "there is no 'p'"), "there is no 'p'"),
      (.damaged(path: "p", key: nil, reason: "r"), "'p': r"),
      (.damaged(path: "p", key: "model/vocab", reason: "r"), "'p': model/vocab: r"),
      (
        .unsupported(path: "p", key: "model", found: "WordPiece", supported: ["BPE", "Unigram"]),
        "'p': model: 'WordPiece' is not supported, only 'BPE', 'Unigram'"
      ),
    ]
    for (kind, sentence) in sentences { #expect(TokenizerError(kind).description == sentence) }
  }
}
