import Foundation
import Testing

@testable import Tokenization

@Suite("Tokenizers of folders")
struct FolderTests {
  private static let json = #"""
    {"added_tokens": [{"id": 3, "content": "<|end|>", "special": true}, {"id": 4, "content": "<kept>", "special": false}],
    "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "</s>": 2}, "merges": []},
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}, "decoder": {"type": "ByteLevel"}}
    """#

  private func withFolder<R>(_ files: [String: String], _ body: (String) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    return try body(folder.path)
  }

  @Test("An answer's text leaves out special tokens and keeps added ones that are not special")
  func skipsSpecialTokens() throws {
    try withFolder(["tokenizer.json": Self.json]) { folder in
      let tokenizer = try SubwordTokenizer(huggingFace: folder)
      #expect(try tokenizer.decode([0, 3, 4, 1]) == "a<|end|><kept>b")
      #expect(try tokenizer.decodeWithoutSpecialTokens([0, 3, 4, 1]) == "a<kept>b")
    }
  }

  /// transformers: a token that `tokenizer_config.json` names is special, and added where the file lacks it.
  @Test("The tokens that tokenizer_config.json names become special")
  func namedTokens() throws {
    let names = #"{"eos_token": "</s>", "pad_token": {"content": "[PAD]"}, "bos_token": ""}"#
    try withFolder(["tokenizer.json": Self.json, "tokenizer_config.json": names]) { folder in
      let tokenizer = try SubwordTokenizer(huggingFace: folder)
      #expect(tokenizer.eotToken == 2 && tokenizer.endTokens == [2] && tokenizer.isSpecial(2))
      #expect(tokenizer.encode("a</s>b") == [0, 2, 1])
      #expect(tokenizer.encode("[PAD]") == [5] && tokenizer.isSpecial(5))
      #expect(tokenizer.bosToken == nil)
    }
    try withFolder(["tokenizer.json": Self.json, "tokenizer_config.json": #"{"pad_token": "[PAD]"}"#]) {
      folder in
      let tokenizer = try SubwordTokenizer(huggingFace: folder)
      #expect(tokenizer.endTokens.isEmpty, "no token is known to end a text")
    }
  }

  /// Ids and texts of transformers 5.24; ids that the files give to added tokens count for nothing.
  @Test(
    "Tokens are added as transformers adds them",
    arguments: [
      (
        [
          "tokenizer_config.json": #"""
          {"added_tokens_decoder": {"9": {"content": "<y>", "special": false}, "8": {"content": "<x>", "special": true},
          "1": {"content": "b", "special": true}}, "additional_special_tokens": ["<z>"], "mask_token": "<m>"}
          """#
        ], "a<x><y><z><m>b", [0, 5, 6, 8, 7, 1], "a<y>"
      ),
      (
        [
          "tokenizer_config.json":
            #"{"added_tokens_decoder": {"4": {"content": "<kept>", "special": true, "lstrip": true}}}"#
        ], "a  <kept>b", [0, 4, 1], "ab"
      ),
      (
        ["tokenizer_config.json": #"{"extra_special_tokens": {"image": "<x>", "b": "<y>"}}"#],
        "a<y><x>", [0, 6, 5], "a"
      ),
      (
        ["tokenizer_config.json": #"{"additional_special_tokens": ["<kept>"]}"#],
        "a<kept>b", [0, 4, 1], "a<kept>b"
      ),
      (
        [
          "tokenizer_config.json": #"{"eos_token": "a"}"#,
          "special_tokens_map.json": #"{"eos_token": "<|end|>", "additional_special_tokens": ["<z>"]}"#,
          "added_tokens.json": #"{"<w>": 99, "<z>": 98}"#,
        ], "a<z><w><|end|>b", [0, 5, 6, 3, 1], "a<z><w>b"
      ),
      (
        [
          "tokenizer_config.json": #"{"eos_token": "a", "added_tokens_decoder": {}}"#,
          "special_tokens_map.json": #"{"eos_token": "<|end|>", "additional_special_tokens": ["<z>"]}"#,
          "added_tokens.json": #"{"<w>": 99, "<z>": 98}"#,
        ], "a<|end|>b", [0, 3, 1], "b"
      ),
    ] as [([String: String], String, [Int32], String)])
  func addedTokens(files: [String: String], text: String, ids: [Int32], answer: String) throws {
    try withFolder(files.merging(["tokenizer.json": Self.json]) { $1 }) { folder in
      let tokenizer = try SubwordTokenizer(huggingFace: folder)
      #expect(tokenizer.encode(text) == ids)
      #expect(try tokenizer.decodeWithoutSpecialTokens(ids) == answer)
    }
  }

  /// Texts of transformers 5.24 for the small tokenizers of Unigram and of byte pairs.
  @Test(
    "Spaces are removed from an answer's text where tokenizer_config.json asks for it, of byte pairs where it insists",
    arguments: [
      ("unigram", #"{"clean_up_tokenization_spaces": true}"#, true),
      ("unigram", #"{"clean_up_tokenization_spaces": false}"#, false), ("unigram", "{}", false),
      ("metaspace-first", #"{"clean_up_tokenization_spaces": true}"#, false),
      (
        "metaspace-first",
        #"{"clean_up_tokenization_spaces": true, "clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output": true}"#,
        true
      ),
      (
        "unigram", #"{"clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output": true}"#,
        false
      ),
    ])
  func spaces(name: String, settings: String, isCleaned: Bool) throws {
    let json = try String(contentsOfFile: ReferenceIDsTests.path(name), encoding: .utf8)
    try withFolder(["tokenizer.json": json, "tokenizer_config.json": settings]) { folder in
      let tokenizer = try SubwordTokenizer(huggingFace: folder)
      let ids = tokenizer.encode("He do n't ' I 'm 's 've 're . . ?  , x", addingSpecialTokens: false)
      let text = try tokenizer.decodeWithoutSpecialTokens(ids)
      #expect(text == (isCleaned ? "He don't'I'm's've're..? , x" : "He do n't ' I 'm 's 've 're . . ?  , x"))
    }
  }

  /// transformers raises for each; a token that is left out would be another prefix or end, without a word.
  @Test(
    "A token that is named by something else than a text is refused",
    arguments: [
      (
        "tokenizer_config.json", #"{"bos_token": 5}"#, "bos_token", "a text, or an object with 'content'", "5"
      ),
      (
        "tokenizer_config.json", #"{"eos_token": {"content": 2}}"#, "eos_token",
        "a text, or an object with 'content'", "an object of 1"
      ),
      (
        "tokenizer_config.json", #"{"added_tokens_decoder": []}"#, "added_tokens_decoder",
        "an object of tokens by id", "a list of 0"
      ),
      (
        "tokenizer_config.json", #"{"added_tokens_decoder": {"3": {"content": "<|end|>", "special": 1}}}"#,
        "added_tokens_decoder/3/special", "true or false", "1"
      ),
      ("special_tokens_map.json", "[]", nil, nil, nil),
    ] as [(String, String, String?, String?, String?)])
  func wrongTokens(file: String, text: String, key: String?, expected: String?, found: String?) throws {
    try withFolder(["tokenizer.json": Self.json, file: text]) { folder in
      let error = try #require(throws: TokenizerError.self) { try SubwordTokenizer(huggingFace: folder) }
      #expect(error.path == "\(folder)/\(file)" && error.key == key, "\(error)")
      #expect(error.expected == expected && error.found == found, "\(error)")
    }
  }

  @Test("A folder may hold a vocab.json and a merges.txt, as those of a GPT-2")
  func twoFiles() throws {
    let files = [
      "vocab.json": #"{"a": 0, "b": 1, "ab": 2, "\u0120": 3, "<|endoftext|>": 4}"#,
      "merges.txt": "#version: 0.2\na b\n", "config.json": #"{"model_type": "gpt2"}"#,
    ]
    try withFolder(files) { folder in
      let tokenizer = try SubwordTokenizer(huggingFace: folder)
      #expect(tokenizer.encode("ab a<|endoftext|>") == [2, 3, 0, 4])
      #expect(tokenizer.eotToken == 4 && tokenizer.bosToken == 4)
      #expect(try tokenizer.decode([2, 3, 0]) == "ab a")
    }
    var other = files
    other["tokenizer_config.json"] = #"{"tokenizer_class": "RobertaTokenizerFast"}"#
    let error = try withFolder(other) { folder in
      #expect(throws: TokenizerError.self) { try SubwordTokenizer(huggingFace: folder) }
    }
    #expect(error?.found == "RobertaTokenizer" && error?.key == "tokenizer_class")
  }

  @Test("A folder with a tokenizer of another form is refused with what it has and what is needed")
  func otherForms() throws {
    try withFolder(["tokenizer.model": "x", "config.json": "{}"]) { folder in
      let error = #expect(throws: TokenizerError.self) { try SubwordTokenizer(huggingFace: folder) }
      #expect(error?.path == folder + "/tokenizer.model")
      #expect(error?.expected == "a model of SentencePiece")
    }
    try withFolder(["vocab.txt": "x", "config.json": "{}"]) { folder in
      let error = #expect(throws: TokenizerError.self) { try SubwordTokenizer(huggingFace: folder) }
      #expect(error?.path == folder + "/tokenizer.json")
      #expect(error?.kind == .noTokenizer(folder: folder, beside: ["vocab.txt"]))
    }
  }
}
