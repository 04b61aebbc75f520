import Foundation
import Testing

@testable import Tokenization

@Suite("Tokenizer files")
struct TokenizerFileTests {
  private func message(_ json: String) -> String? {
    #expect(throws: TokenizerError.self) { try TokenizerFile(Array(json.utf8), path: "t.json").definition() }?
      .description
  }

  private static let byteLevel = #""pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}"#

  @Test("may write merges as words or as pairs")
  func merges() throws {
    for merges in [#"["a b", "ab c"]"#, #"[["a", "b"], ["ab", "c"]]"#] {
      let json =
        #"{"model": {"type": "BPE", "merges": \#(merges), "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "abc": 5, "Ġ": 4}}, \#(Self.byteLevel)}"#
      let tokenizer = SubwordTokenizer(try TokenizerFile(Array(json.utf8), path: "t.json").definition())
      #expect(tokenizer.encode("abc abb") == [5, 4, 3, 1])
      #expect(tokenizer.vocabularySize == 6)
      #expect(tokenizer.encode("adb") == [3], "no id for d: the library leaves it out before it merges")
    }
  }

  @Test("may name a token for what no token has")
  func unknown() throws {
    let json = #"{"model": {"vocab": {"a": 0, "?": 1}, "unk_token": "?"}, \#(Self.byteLevel)}"#
    let tokenizer = SubwordTokenizer(try TokenizerFile(Array(json.utf8), path: "t.json").definition())
    #expect(tokenizer.encode("axa") == [0, 1, 0])
  }

  @Test("that are damaged get one sentence")
  func damaged() {
    #expect(message("") == "'t.json': JSON, byte 0: expected '{', found the end")
    #expect(
      message(#"{"model": {"vocab": {"a": "x"}}}"#)?.hasSuffix("the id of token 'a' is no whole number")
        == true)
    #expect(message(#"{"model": {"merges": ["a"]}}"#)?.hasSuffix("merge 0 is not two tokens: 'a'") == true)
    #expect(
      message(#"{"model": {"vocab": {"a": 0, "b": 0}}, \#(Self.byteLevel)}"#)
        == "'t.json': model/vocab: token 'b' or its id 0 occurs twice or is out of bounds")
    #expect(
      message(#"{"model": {"vocab": {"a": 99999999999}}, \#(Self.byteLevel)}"#)
        == "'t.json': model/vocab: token 'a' or its id 99999999999 occurs twice or is out of bounds")
    #expect(
      message(#"{"model": {"vocab": {"a": 0}, "merges": ["a z"]}, \#(Self.byteLevel)}"#)
        == "'t.json': model/merges/0: 'a' and 'z' are or make a token that the vocabulary lacks")
    #expect(message(String(repeating: "{\"a\":", count: 100_000))?.contains("nested deeper") == true)
  }

  @Test(
    "that need what we lack say what and where",
    arguments: [
      (#"{"model": {"type": "WordPiece"}}"#, "model: 'WordPiece' is not supported, only 'BPE', 'Unigram'"),
      (
        #"{"model": {"end_of_word_suffix": "</w>"}}"#,
        "model/end_of_word_suffix: not supported, found '</w>'"
      ),
      (#"{"model": {"dropout": 0.1}}"#, "model/dropout: not supported, a text would have many encodings"),
      (
        #"{"model": {}, "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]}}"#,
        "normalizer/normalizers/1: 'Lowercase' is not supported, only 'NFC', 'Prepend', 'Replace', 'Sequence'"
      ),
      (
        #"{"model": {}, "pre_tokenizer": {"type": "Whitespace"}}"#,
        "pre_tokenizer: 'Whitespace' is not supported, only 'ByteLevel', 'Digits', 'Metaspace', 'Sequence', 'Split'"
      ),
      (
        #"{"model": {}, "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "x|y"}, "behavior": "Isolated"}}"#,
        "pre_tokenizer: Split by the regular expression 'x|y' is not supported, only letters, runs such as ' {2,}' and those of gpt2, llama3, qwen2, cl100k, o200k"
      ),
      (
        #"{"model": {}, "pre_tokenizer": {"type": "Split", "pattern": {"String": " "}, "behavior": "Dropped"}}"#,
        "pre_tokenizer: Split with the behavior 'Dropped', expected 'Removed', 'Isolated', 'Contiguous', 'MergedWithPrevious', 'MergedWithNext'"
      ),
      (
        #"{"model": {}, "decoder": {"type": "WordPiece"}}"#,
        "decoder: 'WordPiece' is not supported, only 'ByteFallback', 'ByteLevel', 'Fuse', 'Metaspace', 'Replace', 'Sequence', 'Strip'"
      ),
      (
        #"{"model": {}, "post_processor": {"type": "BertProcessing"}}"#,
        "post_processor: 'BertProcessing' is not supported, only 'ByteLevel', 'Sequence', 'TemplateProcessing'"
      ),
      (
        #"{"model": {}, "pre_tokenizer": {"type": "Metaspace", "replacement": "__", "prepend_scheme": "first"}}"#,
        "pre_tokenizer: 'replacement' of Metaspace is '__', expected one character"
      ),
      (
        #"{"model": {"type": "Unigram", "vocab": [["a", -1]]}}"#,
        "model/unk_id: missing, so that a text may have no tokens"
      ),
      (
        #"{"model": {"type": "Unigram", "unk_id": 1, "vocab": [["a", -1]]}}"#,
        "model/unk_id: 1 is not one of the ids 0 ..< 1"
      ),
      (
        #"{"model": {"type": "Unigram", "unk_id": 0, "vocab": []}}"#,
        "model/unk_id: 0 is not one of the ids 0 ..< 0"
      ),
      (#"{"model": {}, "normalizer": "NFC"}"#, "normalizer: expected an object with a 'type', found 'NFC'"),
      (
        #"{"model": {"vocab": {"a": 0}}, "added_tokens": [{"id": 1, "content": "a"}]}"#,
        "added_tokens/0: 'a' has id 1, but 0 in the vocabulary"
      ),
    ])
  func unsupported(json: String, sentence: String) {
    #expect(message(json) == "'t.json': \(sentence)")
  }

  @Test("of tiktoken are checked line by line, and for their number of ranks")
  func tiktoken() throws {
    let error = #expect(throws: TokenizerError.self) {
      try TiktokenRanks(Array("YQ== 0\n!! 1\n".utf8), path: "r")
    }
    #expect(error?.description == "'r': line 2 is not a token in base64 and a rank")
    let few = try TiktokenRanks(Array("YQ== 0\n".utf8), path: "r")
    #expect(throws: TokenizerError.self) { try few.definition(of: TiktokenEncoding.all[0]) }
    let twice = try TiktokenRanks(Array("YQ== 0\nYQ== 1\n".utf8), path: "r")
    #expect(throws: few.failure("rank 1 or its token occurs twice or is out of bounds")) {
      try twice.definition(of: TiktokenEncoding.all[0])
    }
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID())/cl100k_base.tiktoken").path
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data("YQ== 0\n".utf8).write(to: URL(fileURLWithPath: path))
    let reason = "expected 100256 ranks of cl100k_base, found 1"
    #expect(throws: TokenizerError(.damaged(path: path, key: nil, reason: reason))) {
      try SubwordTokenizer(tiktoken: path)
    }
    let unknown = #expect(throws: TokenizerError.self) { try SubwordTokenizer(tiktoken: "cl100_base") }
    #expect(unknown?.found == "cl100_base" && unknown?.nearest == "cl100k_base")
  }

  @Test("name the end of a text: eos_token, else pad_token, else the usual names")
  func endOfText() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let json = #"""
      {"added_tokens": [{"id": 7, "content": "</s>", "special": true}, {"id": 8, "content": "<|im_end|>", "special": true}],
      "model": {"vocab": {"a": 0}}, \#(Self.byteLevel)}
      """#
    try Data(json.utf8).write(to: folder.appending(path: "tokenizer.json"))
    #expect(try SubwordTokenizer(huggingFace: folder.path).eotToken == 7)
    for (configuration, id) in [
      (#"{"eos_token": {"content": "<|im_end|>"}}"#, 8),
      (#"{"eos_token": null, "pad_token": "<|im_end|>"}"#, 8),
      (#"{"eos_token": "</s>", "pad_token": "<|im_end|>"}"#, 7),
    ] as [(String, Int32)] {
      try Data(configuration.utf8).write(to: folder.appending(path: "tokenizer_config.json"))
      #expect(try SubwordTokenizer(huggingFace: folder.path).eotToken == id)
    }
    try Data(#"{"eos_token": "<eos>"}"#.utf8).write(to: folder.appending(path: "tokenizer_config.json"))
    let added = try SubwordTokenizer(huggingFace: folder.path)
    #expect(added.eotToken == 9 && added.vocabularySize == 10, "as transformers adds it, behind all others")
    #expect(added.endTokens == [9] && added.isSpecial(9))
    let missing = #expect(throws: TokenizerError.self) { try SubwordTokenizer(huggingFace: "no/such") }
    #expect(missing?.path == "no/such")
  }
}
