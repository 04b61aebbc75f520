import TensorCore

/// A norm of rows: root mean square, or centred.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Parameters in a checkpoint: `weight` `[width]`, and `bias` `[width]` where a layer norm has one.
/// - Source: Zhang and Sennrich 2019, *Root Mean Square Layer Normalization*, eq. 4; Ba, Kiros and Hinton 2016, *Layer
///   Normalization*, eq. 4.
struct Norm: Sendable {
  enum Kind: Sendable {
    /// - Parameter gainOffset: Added to the weight, 1 where a file holds gains around zero.
    case rootMeanSquare(gainOffset: Float = 0)
    case layer(bias: Bool = true)
  }

  private let kind: Kind
  private let weight: Parameter
  private let bias: Parameter?
  private let epsilon: Float

  init(_ kind: Kind, width: Int, epsilon: Double, parameters: ParameterReader) {
    self.kind = kind
    self.epsilon = Float(epsilon)
    weight = parameters.parameter("weight", [width], initializer: kind.initializer)
    guard case .layer(bias: true) = kind else {
      bias = nil
      return
    }
    bias = parameters.parameter("bias", [width], initializer: .zeros)
  }

  func callAsFunction(_ rows: Tensor) -> Tensor {
    switch kind {
    case .rootMeanSquare(let offset): rows.rmsNormalized(weight: weight, offset: offset, epsilon: epsilon)
    case .layer: rows.layerNormalized(weight: weight, bias: bias, epsilon: epsilon)
    }
  }

  /// Normalises every head in a range of columns, in place.
  ///
  /// - Precondition: A root mean square norm, as wide as a head.
  func normalizeHeads(of rows: inout Tensor, columns: Range<Int>, headWidth: Int) {
    guard case .rootMeanSquare(let offset) = kind else { preconditionFailure("heads under a layer norm") }
    rows.rmsNormalizeHeads(
      columns: columns, headWidth: headWidth, weight: weight, offset: offset, epsilon: epsilon)
  }
}

extension Norm.Kind {
  /// A gain of one.
  fileprivate var initializer: Initializer {
    if case .rootMeanSquare(let offset) = self, offset != 0 { .zeros } else { .ones }
  }
}
