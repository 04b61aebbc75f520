/// How one element of a ``Tensor`` is stored.
///
/// Kernels compute in `float32`. The other types are for storage: weights as a file holds them, token ids, packed
/// operands.
public enum ElementType: String, Sendable, CaseIterable, Codable {
  case float32, bfloat16, float16, float64, int64, int32, uint16, uint8

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .bfloat16, .float16, .uint16: 2
    case .uint8: 1
    }
  }

  /// Whether ``Tensor/converted(to:)`` reads and writes this type.
  public var isFloatingPoint: Bool {
    switch self {
    case .float32, .bfloat16, .float16, .float64: true
    case .int64, .int32, .uint16, .uint8: false
    }
  }
}

/// What the operands of matrix products and of attention are rounded to.
///
/// Accumulation, residual stream, norms, softmax and logits are float32 in all modes. Every result names its mode.
public enum ComputeMode: String, Sendable, CaseIterable, Codable {
  case float32, bfloat16
  /// Integers of 16 bits with a scale for every 32 of a row, times the integers of quantised matrices as their file has
  /// them; sums of a block are exact. Matrices that are not quantised, and attention, compute in float32.
  case int16
  /// The same with integers of 8 bits, as most programs round rows: off by up to 1/254 of the largest of 32 numbers.
  case int8

  /// Whether rows become integers where they meet quantised matrices, so that the mode needs some.
  public var isInteger: Bool { self == .int16 || self == .int8 }
}
