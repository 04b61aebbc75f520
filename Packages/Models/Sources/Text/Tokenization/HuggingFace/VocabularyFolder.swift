internal import Basics
internal import Foundation

/// A folder without a `tokenizer.json`: the two files of GPT-2's tokenizer, `vocab.json` and `merges.txt`, from which
/// transformers makes one by rules that depend on the class; or a `tokenizer.model` of SentencePiece.
struct VocabularyFolder {
  /// What a class adds to the two files.
  private struct Rules {
    let pattern: PreTokenPattern
    let composes: Bool
    /// Tokens that are special unless the folder says otherwise, by key.
    let names: [String: String]
  }

  private static let rules = [
    "GPT2Tokenizer": Rules(
      pattern: .gpt2, composes: false,
      names: ["bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>"]),
    "Qwen2Tokenizer": Rules(
      pattern: .qwen2, composes: true,
      names: ["eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "pad_token": "<|endoftext|>"]),
  ]

  private let path: String
  private let names: TokenNames
  /// The model of SentencePiece, where the folder has one and not the two files.
  private let pieces: SentencePieceModel?

  /// - Throws: ``TokenizerError`` for a `tokenizer.model` that is none, or asks for what is not implemented.
  init(path: String, _ names: TokenNames) throws(TokenizerError) {
    self.path = path
    self.names = names
    func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }
    let file = "\(path)/tokenizer.model"
    let bytes =
      holds("vocab.json") && holds("merges.txt") ? nil : FileManager.default.contents(atPath: file)
    pieces = try bytes.map { bytes throws(TokenizerError) in
      try SentencePieceModel(Array(bytes), path: file)
    }
  }

  /// Whether `bos_token` and `eos_token` may stand around a text although no file says how.
  var framesTexts: Bool { pieces != nil }

  /// The special tokens: those that the folder names, and those of its class or model.
  func tokenNames() throws(TokenizerError) -> TokenNames {
    var all = names
    if let pieces {
      all.texts.merge(pieces.names) { named, _ in named }
      return all
    }
    let own = Self.rules[try className().name]?.names ?? [:]
    all.texts.merge(own) { named, _ in named }
    return all
  }

  /// - Throws: ``TokenizerError`` that names what the folder has and what is needed.
  func definition() throws(TokenizerError) -> SubwordTokenizer.Definition {
    if let pieces { return try pieces.definition() }
    guard let vocabulary = contents("vocab.json"), let merges = contents("merges.txt") else { throw missing }
    let (name, source) = try className()
    guard let rules = Self.rules[name] else {
      throw TokenizerError(
        .unsupported(
          path: "\(path)/\(source.file)", key: source.key, found: name, supported: Self.rules.keys.sorted()))
    }
    var file = TokenizerFile(path: path + "/vocab.json")
    try file.readVocabulary(vocabulary)
    try file.checkVocabulary()
    try file.readMerges(lines: String(decoding: merges, as: UTF8.self), path: path + "/merges.txt")
    var definition = SubwordTokenizer.Definition(model: try file.subwordModel(isByteLevel: true))
    if rules.composes { definition.normalizer.steps = [.composed] }
    definition.preTokenizer.steps = [.pattern(rules.pattern)]
    definition.isByteLevel = true
    definition.addedTokens = try TokenNames.addedTokens(in: path)
    return definition
  }

  /// `tokenizer_class` of `tokenizer_config.json`, else the class of the `model_type` in `config.json`.
  private func className() throws(TokenizerError) -> (name: String, source: (file: String, key: String)) {
    if let name = names.tokenizerClass { return (name, ("tokenizer_config.json", "tokenizer_class")) }
    guard let bytes = contents("config.json") else { throw missing }
    let type: String?
    do { type = try JSONValue(bytes).object?["model_type"]?.text } catch {
      throw TokenizerError(.noJSON(error, path: path + "/config.json"))
    }
    let classes = ["gpt2": "GPT2Tokenizer", "qwen2": "Qwen2Tokenizer", "qwen3": "Qwen2Tokenizer"]
    return (type.flatMap { classes[$0] } ?? type ?? "", ("config.json", "model_type"))
  }

  private func contents(_ name: String) -> [UInt8]? {
    FileManager.default.contents(atPath: "\(path)/\(name)").map { Array($0) }
  }

  private var missing: TokenizerError {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let related = files.filter {
      $0.hasPrefix("vocab") || $0.hasPrefix("merges") || $0.contains("token") || $0.hasSuffix(".model")
        || $0.hasSuffix(".tiktoken")
    }
    return TokenizerError(.noTokenizer(folder: path, beside: related.sorted()))
  }
}
