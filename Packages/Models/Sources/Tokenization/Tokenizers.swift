public import Configurate

/// Which tokenizer a model was trained with.
public struct TokenizerSettings: Settings {
  @Setting("tokenizer/backend") public var backend = "tiktoken"
  @Setting("tokenizer/name") public var name = "cl100k_base"
  @Setting("tokenizer/huggingface/use_fast") public var usesFast = true
  /// Remote code is never run; the key is there because settings files have it.
  @Setting("tokenizer/huggingface/use_remote_code") public var usesRemoteCode = false

  public init() {}
}

/// The tokenizers by the names that settings give them.
public enum Tokenizers {
  /// The names of the backends that there are.
  public static let backends = ["bytes", "trivial"]

  /// Makes the tokenizer that `settings` name.
  ///
  /// - Throws: ``TokenizerError`` for a backend that there is not.
  public static func make(_ settings: TokenizerSettings) throws(TokenizerError) -> any Tokenizer {
    switch settings.backend {
    case "bytes": return BytesTokenizer()
    case "trivial": return TrivialTokenizer()
    default:
      let nearest = nearestName(to: settings.backend, among: backends).map { "; did you mean '\($0)'?" } ?? ""
      let known = backends.map { "'\($0)'" }.joined(separator: ", ")
      throw TokenizerError(
        "unknown tokenizer backend '\(settings.backend)' in setting 'tokenizer/backend', supported are \(known)\(nearest)"
      )
    }
  }
}
