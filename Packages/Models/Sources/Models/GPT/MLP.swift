public import Configurate
import Sharding
import TensorCore

/// The feed-forward half of a transformer block: upProjection, GELU (tanh form), downProjection.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Parameters in a checkpoint: `c_fc/kernel` `[width, hidden]`, `c_proj/kernel` `[hidden, width]`, and
///   `c_fc/bias` `[hidden]`, `c_proj/bias` `[width]` if `architecture/bias`.
/// - Source: Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*, §2.3; Hendrycks and
///   Gimpel 2016, *Gaussian Error Linear Units*, §2.
public struct MLP: Module {
  public struct Configuration: Settings {
    @Setting("architecture/n_embd", atMost: SizeLimits.width, help: "Width of the embedding")
    public var width = 2048
    @Setting("architecture/n_layers", atMost: SizeLimits.layers, help: "Number of transformer blocks")
    public var layers = 32
    @Setting(
      "architecture/intermediate_size", atMost: SizeLimits.hidden,
      help: "Width of the feed-forward layer; four times the embedding's unless positive")
    public var intermediateSize = -1
    @Setting("architecture/bias", help: "Give linear maps and norms a bias")
    public var bias = true
    @Setting("architecture/dropout", help: "Part of activations dropped in training, from 0 to below 1")
    public var dropout = 0.0
    public init() {}

    var hidden: Int { intermediateSize > 0 ? intermediateSize : 4 * width }
  }

  private let upProjection: Linear
  private let downProjection: Linear
  private let dropout: Float

  init(_ settings: Configuration, mode: ComputeMode, parameters: ParameterReader) {
    let (width, hidden) = (
      ParameterAxis(.embed, settings.width), ParameterAxis(.embedFF, settings.hidden)
    )
    upProjection = Linear(
      ["c_fc": hidden], from: width, layout: .kernel, bias: settings.bias, mode: mode, parameters: parameters)
    downProjection = Linear(
      ["c_proj": width], from: hidden, layout: .kernel, bias: settings.bias,
      initializer: .residual(layers: settings.layers), mode: mode, parameters: parameters)
    dropout = Float(settings.dropout)
  }

  public static func components() -> [any Module.Type] { [] }

  /// - Parameter residual: What the result is added to.
  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, layer: Int, adding residual: Tensor) throws
    -> Tensor
  {
    let hidden = try upProjection(rows, pass, activation: .geluTanh)
    return try downProjection(
      hidden, pass, dropout: (dropout, .block(layer, place: 3)), adding: residual)
  }
}
