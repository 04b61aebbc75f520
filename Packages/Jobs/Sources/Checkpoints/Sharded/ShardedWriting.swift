internal import Foundation
public import Sharding
internal import TensorCore

/// What tensors are written to, and what is done when all are.
protocol TensorDestination {
  func write(
    _ tensor: Tensor, named name: String, in section: Checkpoint.Section, axes: [String]?
  ) throws(CheckpointError)
  func finish() throws(CheckpointError)
}

extension CheckpointFileWriter: TensorDestination {}
extension CheckpointWriter: TensorDestination {}

extension CheckpointFileWriter {
  /// Writes one file from what all ranks hold: rank 0 puts tensor after tensor together and writes it.
  ///
  /// The file is the one that a single rank with whole tensors writes, byte for byte. At any time rank 0 holds one whole tensor
  /// beside its slices, and the others nothing. Every rank calls this with the same tensors in the same order; what replicas other
  /// than the first hold is not looked at.
  ///
  /// - Parameters:
  ///   - shards: What this rank holds.
  ///   - communicator: Of all ranks. See ``init(path:configuration:layout:)`` for the others.
  /// - Throws: ``CheckpointError``, the same on every rank, if rank 0 cannot write, or the slices do not make up their tensors;
  ///   `CommunicatorError` if a rank is lost. Then the place is as it was.
  public static func write(
    _ shards: [TensorShard], to path: String, configuration: String?, layout: Layout = .contiguous,
    on communicator: any Communicator
  ) throws {
    try writeTogether(shards, on: communicator) { () throws(CheckpointError) in
      try CheckpointFileWriter(path: path, configuration: configuration, layout: layout)
    }
  }
}

extension CheckpointWriter {
  /// Writes the directory of a checkpoint from what all ranks hold; see
  /// ``CheckpointFileWriter/write(_:to:configuration:layout:on:)`` and
  /// ``init(directory:configuration:progress:identity:layout:)``.
  public static func write(
    _ shards: [TensorShard], to directory: String, configuration: String, progress: CheckpointProgress,
    identity: CheckpointIdentity, layout: CheckpointFileWriter.Layout = .contiguous,
    on communicator: any Communicator
  ) throws {
    try writeTogether(shards, on: communicator) { () throws(CheckpointError) in
      try CheckpointWriter(
        directory: directory, configuration: configuration, progress: progress, identity: identity,
        layout: layout)
    }
  }
}

/// - Parameter open: Makes the destination; called on rank 0 only.
private func writeTogether(
  _ shards: [TensorShard], on communicator: any Communicator,
  open: () throws(CheckpointError) -> any TensorDestination
) throws {
  let layout = try ShardLayout(shards, on: communicator)
  var destination: (any TensorDestination)?
  try onMain(communicator, "open the checkpoint") { () throws(CheckpointError) in destination = try open() }
  for (number, shard) in shards.enumerated() {
    let whole = try gather(shard, number, layout, communicator)
    // No rank continues before this one is written, so that no two tensors lie on rank 0.
    try onMain(communicator, "checkpoint \(shard.name)") { () throws(CheckpointError) in
      guard let destination, let whole else { return }
      try destination.write(whole, named: shard.name, in: shard.section, axes: shard.axes)
    }
  }
  try onMain(communicator, "finish the checkpoint") { () throws(CheckpointError) in
    try destination?.finish()
  }
}

/// The whole tensor on rank 0.
private func gather(
  _ shard: TensorShard, _ number: Int, _ layout: ShardLayout, _ communicator: any Communicator
) throws(CommunicatorError) -> Tensor? {
  if layout.isWhole(number) { return communicator.isMain ? shard.tensor : nil }
  guard communicator.mesh.coordinate(of: communicator.rank).batch == 0 else { return nil }
  let pieces = try communicator.along(.shard).gather(shard.tensor, to: 0, named: "checkpoint \(shard.name)")
  return pieces.isEmpty ? nil : Tensor(joining: zip(layout[number], pieces).map { (slice: $0, tensor: $1) })
}

/// Runs `body` on rank 0, and sends its outcome to all.
///
/// - Throws: What `body` threw, on every rank.
private func onMain(
  _ communicator: any Communicator, _ action: String, _ body: () throws(CheckpointError) -> Void
) throws {
  var failure: CheckpointError?
  if communicator.isMain {
    do throws(CheckpointError) { try body() } catch { failure = error }
  }
  let text = try failure.map { try JSONEncoder().encode($0) } ?? Data()
  let received = try communicator.broadcast(Array(text), from: 0, named: action)
  if let failure { throw failure }
  if !received.isEmpty { throw try JSONDecoder().decode(CheckpointError.self, from: Data(received)) }
}
