internal import Basics
public import Configurate
internal import Foundation
internal import Weights

/// Which tokenizer a model was trained with.
public struct TokenizerSettings: Settings {
  @Setting("tokenizer/backend", help: "Which tokenizer the model was trained with")
  public var backend = "tiktoken"
  public var named = NamedTokenizer()

  public init() {}

  public var name: String {
    get { named.name }
    set { named.name = newValue }
  }
  public var usesFast: Bool {
    get { named.usesFast }
    set { named.usesFast = newValue }
  }
  public var usesRemoteCode: Bool {
    get { named.usesRemoteCode }
    set { named.usesRemoteCode = newValue }
  }
}

/// Which tokenizer of a backend, and how it is opened.
public struct NamedTokenizer: Settings {
  @Setting(
    "tokenizer/name",
    help:
      "For 'tiktoken' the encoding or its rank file, for 'huggingface' the folder, for 'gguf' the file; the others take none"
  )
  public var name = "cl100k_base"
  @Setting(
    "tokenizer/huggingface/use_fast",
    help: "Kept for settings files of the original system; there is one implementation, and it is fast")
  public var usesFast = true
  @Setting(
    "tokenizer/huggingface/use_remote_code",
    help: "Kept for settings files of the original system; must be false, since code from files is never run")
  public var usesRemoteCode = false

  public init() {}
}

/// The tokenizers by the names that settings give them.
public enum Tokenizers {
  /// The names of the backends that there are; `hf` and `transformers` also mean `huggingface`.
  public static let backends = ["bytes", "gguf", "huggingface", "tiktoken", "trivial"]

  /// The tokenizer of a backbone: of the `tokenizer.json` in its folder, or else of its GGUF file.
  ///
  /// - Parameter path: A Hugging Face folder, a `tokenizer.json`, a `.gguf` file, or weights beside a `tokenizer.json`.
  /// - Throws: ``TokenizerError`` naming the file, and what is missing, damaged or not supported.
  public static func forBackbone(at path: String) throws(TokenizerError) -> any Tokenizer {
    let found = try? FileManager.default.contentsOfDirectory(atPath: path)
    let (files, isFolder) = (found ?? [], found != nil)
    let vocabularies = files.filter { $0.lowercased().hasSuffix(".gguf") }
    if let only = GGUFParts.only(of: vocabularies), !files.contains("tokenizer.json") {
      return try SubwordTokenizer(gguf: (path as NSString).appendingPathComponent(only))
    }
    switch (path.lowercased() as NSString).pathExtension {
    case "gguf": return try SubwordTokenizer(gguf: path)
    case "safetensors", "npz":
      return try SubwordTokenizer(huggingFace: isFolder ? path : (path as NSString).deletingLastPathComponent)
    default: return try SubwordTokenizer(huggingFace: path)
    }
  }

  /// Makes the tokenizer that `settings` name.
  ///
  /// - Throws: ``TokenizerError`` for a backend that there is not, or files that are missing or wrong.
  public static func make(_ settings: TokenizerSettings) throws(TokenizerError) -> any Tokenizer {
    switch settings.backend {
    case "bytes": return BytesTokenizer()
    case "trivial": return TrivialTokenizer()
    case "gguf": return try SubwordTokenizer(gguf: settings.name)
    case "tiktoken": return try SubwordTokenizer(tiktoken: settings.name)
    case "huggingface", "hf", "transformers":
      guard !settings.usesRemoteCode else {
        throw TokenizerError(
          .refused(
            setting: "tokenizer/huggingface/use_remote_code",
            .value(expected: "false, because code from files is never run", found: "true")))
      }
      return try SubwordTokenizer(huggingFace: settings.name)
    default:
      throw TokenizerError(
        .unknown(
          what: "tokenizer backend", name: settings.backend, place: "tokenizer/backend", supported: backends))
    }
  }
}
