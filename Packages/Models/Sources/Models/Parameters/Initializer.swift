import Foundation
import TensorCore

/// What a parameter is before any training.
public enum Initializer: Sendable, Equatable {
  case zeros, ones
  /// Gaussian around zero, untruncated.
  case normal(deviation: Double)

  /// For a projection that is added to the residual stream, twice a layer: a deviation that keeps the stream's.
  ///
  /// - Source: Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*, §2.3.
  public static func residual(layers: Int) -> Initializer {
    .normal(deviation: 0.02 / Double(2 * layers).squareRoot())
  }

  /// A whole parameter; its numbers depend on `key` and `name` only.
  func tensor(_ shape: [Int], named name: String, key: RandomKey) -> Tensor {
    let count = shape.reduce(1, *)
    switch self {
    case .zeros: return Tensor(zeros: shape)
    case .ones: return Tensor([Float](repeating: 1, count: count), shape: shape)
    case .normal(let deviation):
      let own = name.utf8.reduce(key) { $0.folded(UInt64($1)) }
      return Tensor(own.normals(count).map { $0 * Float(deviation) }, shape: shape)
    }
  }
}
