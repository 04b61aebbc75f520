public import Configurate

/// What a job on a backbone can be told besides the model itself.
public struct BackboneSettings: Settings {
  /// What ``tokenizer`` says for the tokenizer among the model's own files.
  public static let ownTokenizer = "auto"

  @Setting("tokenizer/backend", help: "Which tokenizer; 'auto' is the one among the model's own files")
  public var tokenizer = ownTokenizer
  @Setting(
    "tokenizer/name",
    help: "Kept for settings files of the original system; the model's own tokenizer needs no name")
  public var tokenizerName = "cl100k_base"
  @Setting(
    "tokenizer/huggingface/use_fast",
    help: "Kept for settings files of the original system; there is one implementation, and it is fast")
  public var usesFastTokenizer = true
  @Setting(
    "tokenizer/huggingface/use_remote_code",
    help: "Kept for settings files of the original system; must be false, since code from files is never run")
  public var usesRemoteCode = false
  @Setting(
    "training/per_device_batch_size",
    help: "Kept for settings files of the original system; how sequences are packed changes no number")
  public var sequencesPerDevice = 1

  public init() {}
}
