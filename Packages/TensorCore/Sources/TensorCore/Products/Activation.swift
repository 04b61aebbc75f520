internal import CKernels

/// What a product applies to each output after its bias, in the same pass.
///
/// The same polynomials as the operations on tensors, with the bounds that are stated there.
public enum Activation: Sendable, CaseIterable {
  case none
  /// x/2 (1 + tanh √(2/π)(x + 0.044715 x³)).
  case geluTanh
  /// x/2 (1 + erf(x/√2)).
  case geluErf
  /// x / (1 + e⁻ˣ).
  case silu
  /// max(x, 0).
  case relu
  /// max(x, 0)².
  case reluSquared

  var code: tc_activation {
    switch self {
    case .none: TC_ACTIVATION_NONE
    case .geluTanh: TC_ACTIVATION_GELU_TANH
    case .geluErf: TC_ACTIVATION_GELU_ERF
    case .silu: TC_ACTIVATION_SILU
    case .relu: TC_ACTIVATION_RELU
    case .reluSquared: TC_ACTIVATION_RELU_SQUARED
    }
  }
}
