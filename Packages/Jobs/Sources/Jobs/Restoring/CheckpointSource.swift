import Checkpoints
import Models
import Sharding
import TensorCore

/// A checkpoint as a source of parameters: a whole tensor is compared with its digest, a slice is read alone.
struct CheckpointSource: ParameterSource {
  private let checkpoint: Checkpoint

  init(_ checkpoint: Checkpoint) { self.checkpoint = checkpoint }

  var names: [String] { checkpoint.names }
  func shape(of name: String) -> [Int]? { try? checkpoint.shape(of: name) }

  func tensor(_ name: String, slice: TensorSlice) throws -> Tensor {
    try checkpoint.tensor(named: name, slice: slice)
  }
}
