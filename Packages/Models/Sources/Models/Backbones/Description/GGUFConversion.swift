import Foundation
import TensorCore

/// What a tensor of a GGUF file is of a parameter, where it is not the parameter itself.
public enum GGUFConversion: Sendable, Equatable {
  /// The same without its second axis, which is of length one.
  case squeezed
  /// −e^x of each element: what a state decays by.
  case decay

  /// The shape of the parameter.
  func shape(of tensor: [Int]) -> [Int] {
    self == .squeezed && tensor.count == 2 ? [tensor[0], 1, tensor[1]] : tensor
  }

  /// The parameter, float32.
  func parameter(_ tensor: Tensor) -> Tensor {
    var result = tensor.converted(to: .float32)
    if self == .decay {
      result.withMutableElements { elements in
        for index in elements.indices { elements[index] = Float(log(-Double(elements[index]))) }
      }
    }
    return result.reshaped(shape(of: tensor.shape))
  }
}
