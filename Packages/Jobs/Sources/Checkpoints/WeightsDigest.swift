internal import Digests
public import TensorCore

/// The identity of weights that are in memory: the same as ``Checkpoint/weightsDigest()`` of a checkpoint that holds them.
public enum WeightsDigest {
  /// - Parameter parameters: All of a model, by their paths.
  public static func of(_ parameters: [(path: String, tensor: Tensor)]) -> String {
    let sorted = parameters.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    let lines = sorted.map { path, tensor in
      let lengths = tensor.shape.map(String.init).joined(separator: "x")
      return "\(path) \(tensor.elementType.rawValue) \(lengths) \(tensor.sha256)\n"
    }
    return Digest.sha256(of: lines.joined())
  }
}
