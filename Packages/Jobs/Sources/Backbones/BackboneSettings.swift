public import Configurate
public import Tokenization

/// The settings of a job on a backbone besides those of the model itself.
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
