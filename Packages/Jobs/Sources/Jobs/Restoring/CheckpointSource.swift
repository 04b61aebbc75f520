package import Checkpoints
import Models
import Sharding
import TensorCore

/// A checkpoint as a source of parameters, of which slices are read alone.
package struct CheckpointSource: ParameterSource {
  private let checkpoint: Checkpoint
  private let verifies: Bool

  /// - Parameter verifies: Whether tensors that are read whole are compared with their digests; not where ranks have
  ///   shared that out among them.
  package init(_ checkpoint: Checkpoint, verifies: Bool = true) {
    self.checkpoint = checkpoint
    self.verifies = verifies
  }

  package var names: [String] { checkpoint.names }
  func shape(of name: String) -> [Int]? { try? checkpoint.shape(of: name) }
  func place(of name: String) -> String { "checkpoint '\(checkpoint.path)': tensor '\(name)'" }

  func tensor(_ name: String, slice: TensorSlice) throws -> Tensor {
    try checkpoint.requireFloatingPoint(name)
    return slice.isWhole
      ? try checkpoint.tensor(named: name, shape: slice.whole, verifying: verifies ? nil : false)
      : try checkpoint.tensor(named: name, slice: slice)
  }
}
