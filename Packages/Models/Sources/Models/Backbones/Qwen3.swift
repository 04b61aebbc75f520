public import TensorCore

/// Qwen3: the blocks of ``Llama``, whose query and key heads are normalised before they turn.
///
/// - Parameters in a checkpoint: those of ``Llama`` and `self_attn/{q,k}_norm` `[head width]`.
/// - Source: Yang et al. 2025, *Qwen3 Technical Report*, §2.
public struct Qwen3: Decoder, BackboneModel {
  public typealias Configuration = Llama.Configuration

  private let llama: Llama
  public var stem: DecoderStem { llama.stem }

  public init(_ settings: Configuration, parameters: ParameterReader) {
    llama = Llama(settings, parameters: parameters)
  }

  public func block(_ index: Int, _ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    try llama.block(index, rows, pass)
  }

  public static var architecture: Architecture {
    Architecture(
      "qwen3", of: Self.self, settings: configuration, types: \.types, gguf: .llama("qwen3"))
  }

  /// Reads `config.json` of `qwen3`.
  static func configuration(_ description: ModelDescription) throws(ModelError) -> Configuration {
    var settings = try Configuration(common: description)
    settings.headNorms = true
    settings.qkvBias = try description.bool("attention_bias", default: false)
    settings.outputBias = settings.qkvBias
    settings.windows = try description.qwenWindows(layers: settings.shape.layers)
    return settings
  }
}
