public import TensorCore

/// Qwen2 and Qwen2.5: the blocks of ``Llama`` with biases on queries, keys and values, and a window in later layers.
///
/// - Parameters in a checkpoint: those of ``Llama`` and `self_attn/{q,k,v}_proj/bias`.
/// - Source: Yang et al. 2024, *Qwen2 Technical Report*, §2.2.1.
public struct Qwen2: Decoder, BackboneModel {
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
      "qwen2", "qwen", of: Self.self, settings: configuration, types: \.types, gguf: .llama("qwen2"))
  }

  /// Reads `config.json` of `qwen2`.
  static func configuration(_ description: ModelDescription) throws(ModelError) -> Configuration {
    var settings = try Configuration(common: description)
    settings.qkvBias = true
    description.ignore("attention_bias")
    settings.windows = try description.qwenWindows(layers: settings.shape.layers)
    return settings
  }
}

extension ModelDescription {
  /// Layers from `max_window_layers` on slide, if `use_sliding_window`.
  func qwenWindows(layers: Int) throws(ModelError) -> [Int?] {
    let slides = try bool("use_sliding_window", default: false)
    let given = try window()
    let first = try integer("max_window_layers", default: layers, in: 0...1 << 24)
    return try windows(layers: layers, slides ? given : nil) { $0 >= first }
  }
}
