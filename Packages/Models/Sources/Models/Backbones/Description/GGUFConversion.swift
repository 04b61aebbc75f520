import Foundation
import TensorCore

/// What a tensor of a GGUF file is of a parameter, where it is not the parameter itself.
public enum GGUFConversion: Sendable, Equatable {
  /// The same without its second axis, which is of length one.
  case squeezed
  /// The same in several axes, or with axes of length one, where the parameter has one axis.
  case folded
  /// The one row of the parameter, with its first axis or without.
  case row
  /// −e^x of each element: what a state decays by.
  case decay
  /// The same, folded.
  case foldedDecay

  /// The shape of the parameter.
  func shape(of tensor: [Int]) -> [Int] {
    switch self {
    case .squeezed where tensor.count == 2: [tensor[0], 1, tensor[1]]
    case .row where tensor.count == 1: [1, tensor[0]]
    case .folded, .foldedDecay: [tensor.reduce(1, *)]
    case .squeezed, .row, .decay: tensor
    }
  }

  /// The parameter, float32.
  func parameter(_ tensor: Tensor) -> Tensor {
    var result = tensor.converted(to: .float32)
    if self == .decay || self == .foldedDecay {
      result.withMutableElements { elements in
        for index in elements.indices { elements[index] = Float(log(-Double(elements[index]))) }
      }
    }
    return result.reshaped(shape(of: tensor.shape))
  }
}
