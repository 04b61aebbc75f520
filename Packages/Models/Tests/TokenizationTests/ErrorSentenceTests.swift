import Basics
import Testing
import Tokenization
import Weights

/// The wording of errors of tokenizers; other tests compare their facts.
@Suite("Sentences of errors of tokenizers")
struct ErrorSentenceTests {
  @Test("An error of a tokenizer is one sentence, made of its facts")
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
      (
        .refused(setting: "a/b", .value(expected: "false", found: "true")),
        "setting 'a/b': expected false, found true"
      ),
      (.missing(path: "p"), "tokenizer 'p' is no folder with a tokenizer.json and no such file"),
      (
        .noTokenizer(folder: "d", beside: ["vocab.txt"]),
        "folder 'd' has no 'tokenizer.json', nor 'vocab.json' and 'merges.txt' of a GPT-2, nor a 'tokenizer.model'; "
          + "it has 'vocab.txt'; a tiktoken file becomes one when transformers loads and saves the tokenizer"
      ),
      (
        .noRanks(encoding: "e", places: ["a", "b"]),
        "the rank file of tiktoken encoding 'e' is not there, looked for a, b"
      ),
      (.noJSON(JSONError(.notUTF8, offset: 3), path: "p"), "'p': JSON, byte 3: a text is not UTF-8"),
      (.weights(WeightsError(.missing, path: "p")), "'p': no such file or folder"),
      (.violation(.missing("tokens"), path: "p", key: nil), "'p': no tokens"),
      (.violation(.repeated("'a'"), path: "p", key: "model/vocab"), "'p': model/vocab: 'a' occurs twice"),
      (
        .unsupported(path: "p", key: "model", found: "WordPiece", supported: ["BPE", "Unigram"]),
        "'p': model: 'WordPiece' is not supported, only 'BPE', 'Unigram'"
      ),
    ]
    for (kind, sentence) in sentences { #expect(TokenizerError(kind).description == sentence) }
  }
}
