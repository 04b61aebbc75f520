public import Configurate

/// What a job on a backbone can be told besides the model itself.
public struct BackboneSettings: Settings {
  /// What ``tokenizer`` says for the tokenizer among the model's own files.
  public static let ownTokenizer = "auto"

  @Setting("tokenizer/backend", help: "Which tokenizer; 'auto' is the one among the model's own files")
  public var tokenizer = ownTokenizer
  /// What ``Tokenizers`` takes with another tokenizer than the model's own.
  public var named = NamedTokenizer()

  /// Settings of earlier versions, which meant nothing.
  package static let retired = [
    "training/per_device_batch_size": "how sequences are packed changes no number of an evaluation"
  ]

  public init() {}
}

/// The settings of a tokenizer that is not the model's own.
public struct NamedTokenizer: Settings {
  @Setting(
    "tokenizer/name",
    help: "For 'tiktoken' the encoding or its rank file, for 'huggingface' the folder, for 'gguf' the file")
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
