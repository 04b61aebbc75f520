import TensorCore

/// The norm of a backbone: root mean square, or centred with an offset.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Parameters in a checkpoint: `weight` `[width]`, and `bias` `[width]` for a layer norm.
/// - Source: Zhang and Sennrich 2019, *Root Mean Square Layer Normalization*, eq. 4; Ba, Kiros and Hinton 2016, *Layer
///   Normalization*, eq. 4.
struct Norm: Sendable {
  enum Kind: Sendable {
    /// - Parameter gainOffset: Added to the weight, 1 where a file holds gains around zero.
    case rootMeanSquare(gainOffset: Float = 0)
    case layer
  }

  let weight: Tensor
  let epsilon: Float
  private let bias: Tensor?
  private let centers: Bool

  init(_ kind: Kind, width: Int, epsilon: Double, parameters: ParameterReader) {
    var weight = parameters.parameter("weight", [width], initializer: .ones).tensor.converted(to: .float32)
    switch kind {
    case .rootMeanSquare(let offset):
      centers = false
      bias = nil
      if offset != 0 {
        weight.withMutableElements { gains in
          for index in gains.indices { gains[index] += offset }
        }
      }
    case .layer:
      centers = true
      bias = parameters.parameter("bias", [width], initializer: .zeros).tensor.converted(to: .float32)
    }
    self.weight = weight
    self.epsilon = Float(epsilon)
  }

  func callAsFunction(_ rows: Tensor) -> Tensor {
    centers
      ? rows.layerNormalized(weight: weight, bias: bias, epsilon: epsilon)
      : rows.rmsNormalized(weight: weight, epsilon: epsilon)
  }
}
