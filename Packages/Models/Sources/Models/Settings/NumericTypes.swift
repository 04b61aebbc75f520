public import Configurate
public import TensorCore

/// The number types of a model: how parameters are kept, and how products are computed.
public struct NumericTypes: Settings {
  @Setting("architecture/dtype/param", help: "Number type that parameters are rounded to when they are read")
  public var parameter = ParameterType.float32
  /// The setting that names the mode.
  public static let activationKey = "architecture/dtype/activation"
  /// How products are computed.
  @Setting public var activation: ActivationType

  /// Products in bfloat16.
  public init() { self.init(activation: .bfloat16) }

  /// Products as the files of a backbone decide: the defaults of a model that has such files.
  public static var ofFiles: NumericTypes { NumericTypes(activation: .auto) }

  /// - Parameter activation: The default of the setting.
  private init(activation: ActivationType) {
    _activation = Setting(
      wrappedValue: activation, Self.activationKey,
      help:
        "Number type of the operands of matrix products; all else is float32. 'int16' and 'int8' keep the integers of quantised weights, and round rows to as many bits. 'auto' is int16 for files with quantised matrices, float32 for those with float32 ones, else bfloat16"
    )
  }
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

/// A number type that the operands of products can have; each but `auto` stands for a compute mode.
public enum ActivationType: String, Sendable, CaseIterable, SettingValue {
  /// As a model's files decide; see ``BackboneFiles/named(_:)``.
  case auto
  case float32, bfloat16, int16, int8

  /// How products are computed: in bfloat16 where no files decide.
  public var mode: ComputeMode {
    switch self {
    case .float32: .float32
    case .auto, .bfloat16: .bfloat16
    case .int16: .int16
    case .int8: .int8
    }
  }
}
