public import Configurate

/// What a job on a backbone can be told besides the model itself.
public struct BackboneSettings: Settings {
  /// What ``tokenizer`` says for the tokenizer among the model's own files.
  public static let ownTokenizer = "auto"

  @Setting("tokenizer/backend") public var tokenizer = ownTokenizer
  @Setting("tokenizer/name") public var tokenizerName = "cl100k_base"
  @Setting("tokenizer/huggingface/use_fast") public var usesFastTokenizer = true
  @Setting("tokenizer/huggingface/use_remote_code") public var usesRemoteCode = false
  /// In settings files of the original system; how sequences are packed here changes no number.
  @Setting("training/per_device_batch_size") public var sequencesPerDevice = 1

  public init() {}
}
