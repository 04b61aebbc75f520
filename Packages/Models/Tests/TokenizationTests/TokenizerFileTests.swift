import Basics
import Foundation
import Testing

@testable import Tokenization

private func unsupported(_ key: String, _ found: String, _ supported: [String]) -> TokenizerError.Kind {
  .unsupported(path: "t.json", key: key, found: found, supported: supported)
}

private func violation(_ key: String, _ violation: Violation) -> TokenizerError.Kind {
  .violation(violation, path: "t.json", key: key)
}

@Suite("Tokenizer files")
struct TokenizerFileTests {
  private func kind(_ json: String) -> TokenizerError.Kind? {
    #expect(throws: TokenizerError.self) { try TokenizerFile(Array(json.utf8), path: "t.json").definition() }?
      .kind
  }

  private static let byteLevel = #""pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}"#

  @Test("A tokenizer file may write merges as words or as pairs")
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

  @Test("A tokenizer file may name a token for what no token has")
  func unknown() throws {
    let json = #"{"model": {"vocab": {"a": 0, "?": 1}, "unk_token": "?"}, \#(Self.byteLevel)}"#
    let tokenizer = SubwordTokenizer(try TokenizerFile(Array(json.utf8), path: "t.json").definition())
    #expect(tokenizer.encode("axa") == [0, 1, 0])
  }

  @Test("A tokenizer file that is no JSON, or holds other values, is refused with what was expected")
  func damaged() {
    for (json, problem) in [
      ("", .expected("'{'", found: nil)),
      (
        #"{"model": {"vocab": {"a": "x"}}}"#,
        .violation(.value("the id of token 'a'", expected: "a whole number"))
      ),
      (
        #"{"model": {"merges": ["a"]}}"#,
        .violation(.value("merge 0", expected: "two tokens", found: "'a'"))
      ),
      (String(repeating: "{\"a\":", count: 100_000), .tooDeep(most: 64)),
    ] as [(String, JSONError.Kind)] {
      guard case .noJSON(let error, "t.json") = kind(json) else {
        Issue.record("\(json.prefix(40))")
        continue
      }
      #expect(error.kind == problem)
    }
    #expect(
      kind(#"{"model": {"vocab": {"a": 0, "b": 0}}, \#(Self.byteLevel)}"#)
        == violation("model/vocab", .repeatedToken("b", id: 0)))
    #expect(
      kind(#"{"model": {"vocab": {"a": 99999999999}}, \#(Self.byteLevel)}"#)
        == violation("model/vocab", .repeatedToken("a", id: 99_999_999_999)))
    #expect(
      kind(#"{"model": {"vocab": {"a": 0}, "merges": ["a z"]}, \#(Self.byteLevel)}"#)
        == violation(
          "model/merges/0", .value(expected: "tokens of the vocabulary", found: "'a' and 'z'")))
  }

  @Test(
    "A tokenizer file that needs what is not implemented is refused with what and where",
    arguments: [
      (#"{"model": {}}"#, violation("model/vocab", .value(expected: "tokens and their ids", found: "none"))),
      (#"{"model": {"type": "WordPiece"}}"#, unsupported("model", "WordPiece", ["BPE", "Unigram"])),
      (
        #"{"model": {"end_of_word_suffix": "</w>"}}"#,
        violation("model/end_of_word_suffix", .unsupported("'</w>'"))
      ),
      (
        #"{"model": {"dropout": 0.1}}"#,
        violation("model/dropout", .unsupported("dropout, by which a text has many encodings,"))
      ),
      (
        #"{"model": {}, "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]}}"#,
        unsupported("normalizer/normalizers/1", "Lowercase", ["NFC", "Prepend", "Replace", "Sequence"])
      ),
      (
        #"{"model": {}, "pre_tokenizer": {"type": "Whitespace"}}"#,
        unsupported("pre_tokenizer", "Whitespace", ["ByteLevel", "Digits", "Metaspace", "Sequence", "Split"])
      ),
      (
        #"{"model": {}, "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "x|y"}, "behavior": "Isolated"}}"#,
        violation(
          "pre_tokenizer",
          .unsupported(
            "Split by the regular expression 'x|y'",
            supported: [
              "gpt2", "llama3", "qwen2", "cl100k", "o200k", "letters", "runs such as ' {2,}'",
            ]))
      ),
      (
        #"{"model": {}, "pre_tokenizer": {"type": "Split", "pattern": {"String": " "}, "behavior": "Dropped"}}"#,
        violation(
          "pre_tokenizer",
          .unknown(
            what: "behavior of Split", "Dropped",
            known: ["Removed", "Isolated", "Contiguous", "MergedWithPrevious", "MergedWithNext"]))
      ),
      (
        #"{"model": {}, "decoder": {"type": "WordPiece"}}"#,
        unsupported(
          "decoder", "WordPiece",
          ["ByteFallback", "ByteLevel", "Fuse", "Metaspace", "Replace", "Sequence", "Strip"])
      ),
      (
        #"{"model": {}, "post_processor": {"type": "BertProcessing"}}"#,
        unsupported("post_processor", "BertProcessing", ["ByteLevel", "Sequence", "TemplateProcessing"])
      ),
      (
        #"{"model": {}, "pre_tokenizer": {"type": "Metaspace", "replacement": "__", "prepend_scheme": "first"}}"#,
        violation(
          "pre_tokenizer",
          .value("'replacement' of Metaspace", expected: "one character", found: "'__'"))
      ),
      (
        #"{"model": {"type": "Unigram", "vocab": [["a", -1]]}}"#,
        violation("model/unk_id", .missing("id", purpose: "without which a text may have no ids"))
      ),
      (
        #"{"model": {"type": "Unigram", "unk_id": 1, "vocab": [["a", -1]]}}"#,
        violation("model/unk_id", .value(expected: "an id of 0 ..< 1", found: "1"))
      ),
      (
        #"{"model": {"type": "Unigram", "unk_id": 0, "vocab": []}}"#,
        violation("model/unk_id", .value(expected: "an id of 0 ..< 0", found: "0"))
      ),
      (
        #"{"model": {}, "normalizer": "NFC"}"#,
        violation("normalizer", .value(expected: "an object with a 'type'", found: "'NFC'"))
      ),
      (
        #"{"model": {"vocab": {"a": 0}}, "added_tokens": [{"id": 1, "content": "a"}]}"#,
        violation(
          "added_tokens/0", .value("id of 'a'", expected: "0, as in the vocabulary", found: "1"))
      ),
    ] as [(String, TokenizerError.Kind)])
  func lacking(json: String, kind: TokenizerError.Kind) {
    #expect(self.kind(json) == kind)
  }

  @Test("A rank file of tiktoken is checked line by line, and for its number of ranks")
  func tiktoken() throws {
    let error = #expect(throws: TokenizerError.self) {
      try TiktokenRanks(Array("YQ== 0\n!! 1\n".utf8), path: "r")
    }
    let line = Violation.value("line 2", expected: "a token in base64 and a rank")
    #expect(error?.kind == .violation(line, path: "r", key: nil))
    let few = try TiktokenRanks(Array("YQ== 0\n".utf8), path: "r")
    #expect(throws: TokenizerError.self) { try few.definition(of: TiktokenEncoding.all[0]) }
    let twice = try TiktokenRanks(Array("YQ== 0\nYQ== 1\n".utf8), path: "r")
    #expect(throws: few.failure(.repeatedToken("a", id: 1))) {
      try twice.definition(of: TiktokenEncoding.all[0])
    }
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID())/cl100k_base.tiktoken").path
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data("YQ== 0\n".utf8).write(to: URL(fileURLWithPath: path))
    let count = Violation.value("ranks of cl100k_base", expected: "100256", found: "1")
    #expect(throws: TokenizerError(.violation(count, path: path, key: nil))) {
      try SubwordTokenizer(tiktoken: path)
    }
    let unknown = #expect(throws: TokenizerError.self) { try SubwordTokenizer(tiktoken: "cl100_base") }
    #expect(unknown?.found == "cl100_base" && unknown?.nearest == "cl100k_base")
  }

  @Test("The end of a text is eos_token, else pad_token, else one of the usual names")
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
