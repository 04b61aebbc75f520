public import Configurate
public import TensorCore

/// Layer normalisation with a learned gain and, if asked for, an offset.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Parameters in a checkpoint: `weight` `[width]`, `bias` `[width]` if `architecture/bias`.
/// - Source: Ba, Kiros and Hinton 2016, *Layer Normalization*, eq. 4.
public struct LayerNorm: Module {
  public struct Configuration: Settings {
    @Setting("architecture/n_embd") public var width = 2048
    @Setting("architecture/layer_norm_eps") public var epsilon = 1e-5
    @Setting("architecture/bias") public var bias = true
    public init() {}
  }

  private let weight: Parameter
  private let bias: Parameter?
  private let epsilon: Float

  public init(_ settings: Configuration, parameters: ParameterReader) {
    weight = parameters.parameter("weight", [settings.width], initializer: .ones)
    bias = settings.bias ? parameters.parameter("bias", [settings.width], initializer: .zeros) : nil
    epsilon = Float(settings.epsilon)
  }

  public static func components() -> [any Module.Type] { [] }

  public func callAsFunction(_ rows: Tensor) -> Tensor {
    rows.layerNormalized(weight: weight, bias: bias, epsilon: epsilon)
  }
}
