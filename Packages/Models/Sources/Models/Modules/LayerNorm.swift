public import Configurate
public import TensorCore

/// Layer normalisation with a learned gain and, if asked for, an offset.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Parameters in a checkpoint: `weight` `[width]`, `bias` `[width]` if `architecture/bias`.
/// - Source: Ba, Kiros and Hinton 2016, *Layer Normalization*, eq. 4.
public struct LayerNorm: Module {
  public struct Configuration: Settings {
    @Setting("architecture/n_embd", atMost: SizeLimits.width, help: "Width of the embedding")
    public var width = 2048
    @Setting("architecture/layer_norm_eps", help: "Addend to the variance in layer norms")
    public var epsilon = 1e-5
    @Setting("architecture/bias", help: "Give linear maps and norms a bias")
    public var bias = true
    public init() {}
  }

  private let norm: Norm

  public init(_ settings: Configuration, parameters: ParameterReader) {
    norm = Norm(
      .layer(bias: settings.bias), width: settings.width, epsilon: settings.epsilon, parameters: parameters)
  }

  public static func components() -> [any Module.Type] { [] }

  public func callAsFunction(_ rows: Tensor) -> Tensor { norm(rows) }
}
