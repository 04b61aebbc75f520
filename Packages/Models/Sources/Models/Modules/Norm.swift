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

  private let isCentered: Bool
  private let weight: Parameter
  private let bias: Parameter?
  /// What is still to be added to the weight.
  private let offset: Float
  private let epsilon: Float

  init(_ kind: Kind, width: Int, epsilon: Double, parameters: ParameterReader) {
    self.epsilon = Float(epsilon)
    switch kind {
    case .rootMeanSquare(let offset):
      isCentered = false
      bias = nil
      let read = parameters.parameter("weight", [width], initializer: offset == 0 ? .ones : .zeros)
      // A gain that stays as it is gets its offset once.
      weight = parameters.isTrainable ? read : Parameter(read.tensor.adding(offset))
      self.offset = parameters.isTrainable ? offset : 0
    case .layer(let hasBias):
      isCentered = true
      offset = 0
      weight = parameters.parameter("weight", [width], initializer: .ones)
      bias = hasBias ? parameters.parameter("bias", [width], initializer: .zeros) : nil
    }
  }

  func callAsFunction(_ rows: Tensor) -> Tensor {
    isCentered
      ? rows.layerNormalized(weight: weight, bias: bias, epsilon: epsilon)
      : rows.rmsNormalized(weight: weight, offset: offset, epsilon: epsilon)
  }

  /// Normalises every head in a range of columns, in place.
  ///
  /// - Precondition: A root mean square norm, as wide as a head.
  func normalizeHeads(of rows: inout Tensor, columns: Range<Int>, headWidth: Int) {
    precondition(!isCentered, "heads under a layer norm")
    rows.rmsNormalizeHeads(
      columns: columns, headWidth: headWidth, weight: weight, offset: offset, epsilon: epsilon)
  }
}
