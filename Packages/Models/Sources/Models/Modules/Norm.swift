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
    ///
    /// - Parameter gainOffset: Added to the weight, as above.
    case layer(bias: Bool = true, gainOffset: Float = 0)
    /// Both without a gain, and so without parameters.
    case bareRootMeanSquare
    case bareLayer
  }

  let isCentered: Bool
  let weight: Parameter
  let bias: Parameter?
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
    self.init(gains: Tensor([Float](repeating: 1, count: width), shape: [width]), epsilon: epsilon)
  }

  /// A root mean square norm with gains `[width]` that are read already.
  init(gains: Tensor, epsilon: Double) {
    (isCentered, bias, offset, self.epsilon) = (false, nil, 0, Float(epsilon))
    weight = Parameter(gains)
  }

  /// - Parameter axis: The axis of a row's elements; of an axis that is cut, this rank holds its part of the gain.
  public init(_ kind: Kind, over axis: ParameterAxis, epsilon: Double, parameters: ParameterReader) {
    self.epsilon = Float(epsilon)
    switch kind {
    case .rootMeanSquare(let offset):
      isCentered = false
      bias = nil
      (weight, self.offset) = Self.gain(axis, offset, parameters)
    case .layer(let hasBias, let offset):
      isCentered = true
      (weight, self.offset) = Self.gain(axis, offset, parameters)
      bias = hasBias ? parameters.parameter("bias", [axis], initializer: .zeros) : nil
    case .bareRootMeanSquare, .bareLayer:
      if case .bareLayer = kind { isCentered = true } else { isCentered = false }
      (weight, offset, bias) = (
        Parameter(Tensor(Array(repeating: Float(1), count: axis.size), shape: [axis.size])), 0, nil
      )
    }
  }

  /// A layer norm without a bias of heads that have each a gain of its own.
  ///
  /// - Parameters in a checkpoint: `weight` `[heads, width]`.
  init(gainsOf heads: ParameterAxis, width: Int, epsilon: Double, parameters: ParameterReader) {
    let read = parameters.parameter("weight", [heads, ParameterAxis(nil, width)], initializer: .ones)
    let gains = read.tensor.converted(to: .float32)
    weight = parameters.isTrainable ? read : Parameter(gains.reshaped([gains.count]))
    (isCentered, bias, offset, self.epsilon) = (true, nil, 0, Float(epsilon))
  }

  /// The gain, and what is still to be added to it: a gain that stays as it is gets its offset once.
  private static func gain(_ axis: ParameterAxis, _ offset: Float, _ parameters: ParameterReader) -> (
    Parameter, Float
  ) {
    let read = parameters.parameter("weight", [axis], initializer: offset == 0 ? .ones : .zeros)
    return parameters.isTrainable ? (read, offset) : (Parameter(read.tensor.adding(offset)), 0)
  }

  /// - Shape: rows `[tokens, width]` in and out.
  /// - Precondition: Rows of a layer norm with an offset are not recorded.
  public func callAsFunction(_ rows: Tensor) -> Tensor {
    if isCentered, offset != 0 {
      return rows.layerNormalized(
        weight: weight.tensor.adding(offset), bias: bias?.tensor, epsilon: epsilon)
    }
    return isCentered
      ? rows.layerNormalized(weight: weight, bias: bias, epsilon: epsilon)
      : rows.rmsNormalized(weight: weight, offset: offset, epsilon: epsilon)
  }
}
