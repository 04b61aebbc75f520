import Foundation
import Sharding
import TensorCore

extension ParameterReader {
  /// A parameter that every rank holds whole, in float32; zeros where it does not fit, which the reader has recorded.
  func whole(_ name: String, _ shape: [Int]) -> Tensor {
    let read = parameter(name, shape, initializer: .zeros).tensor
    return read.count > 0 ? read.converted(to: .float32) : Tensor(zeros: shape)
  }

  /// −e^x of a parameter: what a scan's state decays by for each unit of its step.
  func decay(_ name: String, _ shape: [Int]) -> Tensor {
    var decay = whole(name, shape)
    decay.withMutableElements { elements in
      for index in elements.indices { elements[index] = Float(-exp(Double(elements[index]))) }
    }
    return decay
  }
}

extension CausalConvolution {
  /// Reads a convolution, below `name` its `weight` `[channels, 1, taps]` and its `bias`.
  init(
    _ name: String = "conv1d", channels: Int, taps: Int, bias: Bool, parameters: ParameterReader
  ) {
    let own = parameters.scoped(to: name)
    self.init(
      weight: own.whole("weight", [channels, 1, taps]), bias: bias ? own.whole("bias", [channels]) : nil)
  }

  /// Convolves the rows of a pass.
  func callAsFunction(_ rows: RowPart, _ pass: ForwardPass, layer: Int) -> Tensor {
    self(rows, in: pass.pages, layer: layer, segments: pass.segments, stored: pass.stored)
  }
}

extension Tensor {
  /// The activation of each element.
  func activated(by activation: Activation) -> Tensor {
    switch activation {
    case .none: self
    case .silu: silu()
    case .geluTanh: gelu(.tanh)
    case .geluErf: gelu(.erf)
    case .relu: relu()
    case .reluSquared: reluSquared()
    }
  }
}
