public import Models
public import TensorCore

/// Changes a model's parameters by the gradients of a loss, one update after the other.
///
/// Gradients are clipped and used up. What an optimiser remembers from update to update is ``state``, by the names of the
/// parameters, so that a checkpoint can hold it.
public protocol Optimizer: Sendable {
  /// Updates that were made.
  var updates: Int { get }

  /// Makes the next update.
  ///
  /// - Parameters:
  ///   - parameters: Those of the model; one without a gradient stays what it is.
  ///   - rate: The learning rate, of a ``Schedule``.
  mutating func update(_ parameters: [ReadParameter], by gradients: consuming Gradients, rate: Double)

  /// Everything besides ``updates`` that the next update depends on.
  var state: [String: Tensor] { get }

  /// Resumes from a state that another optimizer was left in.
  ///
  /// - Throws: ``TrainingError`` naming what is missing, unexpected, or of another shape or type.
  mutating func restore(_ state: [String: Tensor], updates: Int, of parameters: [ReadParameter])
    throws(TrainingError)
}

extension Gradients {
  /// The Euclidean norm of all gradients together.
  public func norm(of parameters: [ReadParameter]) -> Double {
    parameters.reduce(0) { $0 + (self[$1.parameter]?.sumOfSquares ?? 0) }.squareRoot()
  }

  /// Scales the gradients of `parameters` together so that their norm is at most `largest`.
  ///
  /// - Source: Pascanu, Mikolov, Bengio 2013, *On the difficulty of training recurrent neural networks*, algorithm 1.
  public mutating func clip(_ parameters: [ReadParameter], to largest: Double) {
    let norm = norm(of: parameters)
    guard norm > largest else { return }
    for parameter in parameters where self[parameter.parameter] != nil {
      self[parameter.parameter]?.scale(by: Float(largest / norm))
    }
  }
}

/// Reads an optimiser's state, tensor by tensor, and throws one sentence about what does not fit.
struct StateReader {
  private var left: [String: Tensor]

  init(_ state: [String: Tensor]) { left = state }

  /// Float32 numbers, as optimisers keep them.
  mutating func tensor(_ name: String, shape: [Int]) throws(TrainingError) -> Tensor {
    guard let tensor = left.removeValue(forKey: name) else {
      throw TrainingError(.noState(tensor: name))
    }
    guard tensor.shape == shape else {
      throw TrainingError(.stateShape(tensor: name, expected: shape, found: tensor.shape))
    }
    guard tensor.elementType == .float32 else {
      throw TrainingError(
        .stateType(tensor: name, expected: "float32", found: tensor.elementType.rawValue))
    }
    return tensor
  }

  func finish() throws(TrainingError) {
    guard let name = left.keys.min() else { return }
    throw TrainingError(.strayState(tensor: name))
  }
}
