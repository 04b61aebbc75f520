public import Sharding
public import TensorCore

/// A norm of rows: root mean square, or centred.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Parameters in a checkpoint: `weight` `[width]`, and `bias` `[width]` where a layer norm has one.
/// - Source: Zhang and Sennrich 2019, *Root Mean Square Layer Normalization*, eq. 4; Ba, Kiros and Hinton 2016, *Layer
///   Normalization*, eq. 4.
public struct Norm: Sendable {
  /// Which norm.
  public enum Kind: Sendable {
    /// Divides by the root mean square.
    ///
    /// - Parameter gainOffset: Added to the weight, 1 where a file holds gains around zero.
    case rootMeanSquare(gainOffset: Float = 0)
    /// Subtracts the mean, and divides by the standard deviation.
    case layer(bias: Bool = true)
  }

  let isCentered: Bool
  let weight: Parameter
  private let bias: Parameter?
  /// What is still to be added to the weight.
  let offset: Float
  let epsilon: Float

  /// - Parameters:
  ///   - width: Elements of a row.
  ///   - epsilon: A positive addend to the mean square or the variance.
  ///   - parameters: A reader at the norm itself.
  public init(_ kind: Kind, width: Int, epsilon: Double, parameters: ParameterReader) {
    self.init(kind, over: ParameterAxis(nil, width), epsilon: epsilon, parameters: parameters)
  }

  /// A root mean square norm without gains.
  init(unitGainsOver width: Int, epsilon: Double) {
    self.epsilon = Float(epsilon)
    isCentered = false
    bias = nil
    offset = 0
    weight = Parameter(Tensor([Float](repeating: 1, count: width), shape: [width]))
  }

  /// - Parameter axis: The axis of a row's elements; of an axis that is cut, this rank holds its part of the gain.
  public init(_ kind: Kind, over axis: ParameterAxis, epsilon: Double, parameters: ParameterReader) {
    self.epsilon = Float(epsilon)
    switch kind {
    case .rootMeanSquare(let offset):
      isCentered = false
      bias = nil
      let read = parameters.parameter("weight", [axis], initializer: offset == 0 ? .ones : .zeros)
      // A gain that stays as it is gets its offset once.
      weight = parameters.isTrainable ? read : Parameter(read.tensor.adding(offset))
      self.offset = parameters.isTrainable ? offset : 0
    case .layer(let hasBias):
      isCentered = true
      offset = 0
      weight = parameters.parameter("weight", [axis], initializer: .ones)
      bias = hasBias ? parameters.parameter("bias", [axis], initializer: .zeros) : nil
    }
  }

  /// - Shape: rows `[tokens, width]` in and out.
  public func callAsFunction(_ rows: Tensor) -> Tensor {
    isCentered
      ? rows.layerNormalized(weight: weight, bias: bias, epsilon: epsilon)
      : rows.rmsNormalized(weight: weight, offset: offset, epsilon: epsilon)
  }
}
