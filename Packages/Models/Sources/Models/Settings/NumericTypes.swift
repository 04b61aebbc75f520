public import Configurate
public import TensorCore

/// The number types of a model: how parameters are kept, and how products are computed.
public struct NumericTypes: Settings {
  @Setting("architecture/dtype/param", help: "Number type that parameters are rounded to when they are read")
  public var parameter = ParameterType.float32
  @Setting(
    "architecture/dtype/activation",
    help:
      "Number type of the operands of matrix products; all else is float32. 'int16' and 'int8' keep the integers of quantised weights, and round rows to as many bits"
  )
  public var activation = ActivationType.bfloat16

  public init() {}
}

/// A number type that parameters can be kept in.
public enum ParameterType: String, Sendable, CaseIterable, SettingValue {
  case float32, bfloat16, float16

  var elementType: ElementType {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .float16: .float16
    }
  }
}

/// A number type that the operands of products can have; each stands for a compute mode.
public enum ActivationType: String, Sendable, CaseIterable, SettingValue {
  case float32, bfloat16, int16, int8

  /// How products are computed.
  public var mode: ComputeMode {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .int16: .int16
    case .int8: .int8
    }
  }
}
