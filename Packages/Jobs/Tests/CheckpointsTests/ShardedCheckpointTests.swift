import Checkpoints
import Foundation
import Sharding
import TensorCore
import Testing

/// Writes and reads one checkpoint on meshes of threads: whatever mesh wrote it, the file is the same, and any mesh restores it.
@Suite("A checkpoint of many ranks")
struct ShardedCheckpointTests {
  private static let meshes = [(1, 1), (2, 1), (1, 2), (2, 2), (1, 4)].map { Mesh(batch: $0.0, shard: $0.1) }

  private struct Parameter {
    let name: String
    let axes: [ParameterAxis]
    var section = Checkpoint.Section.parameters
    var elementType = ElementType.float32

    /// Element `i` is `i` by number, so that one in the wrong place is seen.
    var whole: Tensor { counting(axes.map(\.size), elementType) }
    var names: [String] { axes.map { $0.name?.rawValue ?? "" } }
  }

  /// Rows, columns, a fused q|k|v, key heads that ranks share, what is never cut, and another type.
  private static let parameters: [Parameter] = [
    .init(name: "wte", axes: [.init(.vocab, 12), .init(.embed, 6)]),
    .init(
      name: "blocks_0/c_attn/kernel", axes: [.init(.embed, 6), .init(.attention, 48, parts: 3, unit: 4)]),
    .init(
      name: "blocks_0/k/kernel", axes: [.init(.embed, 6), .init(.attention, 8, unit: 4, sharesUnits: true)]),
    .init(name: "blocks_0/c_proj/kernel", axes: [.init(.embedFF, 16), .init(.embedOut, 6)]),
    .init(name: "ln/weight", axes: [.init(.embed, 6)], elementType: .bfloat16),
    .init(name: "blocks_0/c_attn/m", axes: [.init(.attention, 16, unit: 4)], section: .optimizer),
    .init(name: "step", axes: [], section: .state, elementType: .int64),
  ]
  private static let rules = ShardingRules([(.vocab, .shard), (.attention, .shard), (.embedFF, .shard)])

  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private static func shards(of rank: Int, on mesh: Mesh) throws -> [TensorShard] {
    let placement = Placement(rules, on: mesh)
    return try parameters.map { parameter in
      let slice = try placement.slice(of: parameter.name, axes: parameter.axes, rank: rank)
      return TensorShard(
        parameter.whole[slice], as: slice, named: parameter.name, in: parameter.section, axes: parameter.names
      )
    }
  }

  private func write(
    on mesh: Mesh, to path: String, layout: CheckpointFileWriter.Layout = .contiguous
  ) throws {
    _ = try ThreadMesh.run(mesh, patience: .seconds(60)) { communicator in
      try CheckpointFileWriter.write(
        Self.shards(of: communicator.rank, on: mesh), to: path, configuration: "job: gpt/evaluate\n",
        layout: layout, on: communicator)
    }
  }

  @Test("A checkpoint that many ranks write is the file of one rank, byte for byte", arguments: meshes)
  func sameFile(mesh: Mesh) throws {
    let alone = directory.file("alone.h5")
    let writer = try CheckpointFileWriter(path: alone, configuration: "job: gpt/evaluate\n")
    for parameter in Self.parameters {
      try writer.write(
        parameter.whole, named: parameter.name, in: parameter.section, axes: parameter.names)
    }
    try writer.finish()
    let path = directory.file("together.h5")
    try write(on: mesh, to: path)
    #expect(FileManager.default.contentsEqual(atPath: path, andPath: alone))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 2, "nothing else is left")
  }

  @Test("A checkpoint holds nothing of the time when it was written")
  func anyTime() throws {
    let paths = ["first.h5", "second.h5"].map { directory.file($0) }
    try write(on: .solo, to: paths[0])
    Thread.sleep(forTimeInterval: 1.1)  // HDF5 counts seconds
    try write(on: Mesh(batch: 1, shard: 2), to: paths[1])
    #expect(FileManager.default.contentsEqual(atPath: paths[0], andPath: paths[1]))
  }

  @Test(
    "A checkpoint of many ranks is restored on any mesh", arguments: meshes,
    [CheckpointFileWriter.Layout.contiguous, .chunked(deflate: 1)])
  func restores(mesh: Mesh, layout: CheckpointFileWriter.Layout) throws {
    let path = directory.file("any.h5")
    try write(on: mesh, to: path, layout: layout)
    for other in Self.meshes {
      let areEqual = try ThreadMesh.run(other, patience: .seconds(60)) { communicator in
        let checkpoint = try Checkpoint(path: path)
        try checkpoint.verifyDigests(on: communicator)
        return try Self.shards(of: communicator.rank, on: other).allSatisfy { shard in
          let read = try checkpoint.tensor(named: shard.name, in: shard.section, slice: shard.slice)
          let axes = try checkpoint.axes(of: shard.name, in: shard.section)
          return read.byteArray == shard.tensor.byteArray && axes == shard.axes
        }
      }
      #expect(areEqual.allSatisfy { $0 }, "written on \(mesh), read on \(other)")
    }
  }

  @Test("A checkpoint of many ranks in a folder is found by its store")
  func directoryOfMany() throws {
    let place = directory.file("small")
    _ = try ThreadMesh.run(Mesh(batch: 2, shard: 2), patience: .seconds(60)) { communicator in
      try CheckpointWriter.write(
        Self.shards(of: communicator.rank, on: Mesh(batch: 2, shard: 2)), to: place,
        configuration: "job: gpt/evaluate\n", progress: CheckpointProgress(steps: 7, score: nil),
        identity: CheckpointIdentity(name: "small"), on: communicator)
    }
    let checkpoint = try Checkpoint(path: place)
    try checkpoint.verify()
    #expect(checkpoint.progress?.steps == 7)
  }

  @Test("A checkpoint that rank 0 cannot write is an error of all ranks", arguments: meshes)
  func unwritable(mesh: Mesh) throws {
    let path = directory.file("missing/a.h5")
    let errors = try ThreadMesh.run(mesh, patience: .seconds(60)) { communicator -> CheckpointError? in
      do {
        try CheckpointFileWriter.write(
          Self.shards(of: communicator.rank, on: mesh), to: path, configuration: nil, on: communicator)
        return nil
      } catch let error as CheckpointError {
        return error
      }
    }
    let expected = CheckpointError(.unwritable(.writeFile, reason: "no such file or directory"), at: path)
    #expect(errors == Array(repeating: expected, count: mesh.count))
  }

  /// A tensor that cannot be written half-way: its name is taken.
  @Test("A checkpoint that fails half-way leaves nothing behind, on any rank")
  func halfWay() throws {
    let path = directory.file("half.h5")
    let mesh = Mesh(batch: 1, shard: 2)
    let errors = try ThreadMesh.run(mesh, patience: .seconds(60)) { communicator -> CheckpointError? in
      let shards = try Self.shards(of: communicator.rank, on: mesh)
      do {
        try CheckpointFileWriter.write(
          shards + [shards[1]], to: path, configuration: nil, on: communicator)
        return nil
      } catch let error as CheckpointError {
        return error
      }
    }
    let expected = CheckpointError(.writtenTwice(tensor: "blocks_0/c_attn/kernel"), at: path)
    #expect(errors == [expected, expected])
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
  }

  @Test("A checkpoint needs every part of every tensor, and the same tensors of all ranks")
  func incomplete() throws {
    let path = directory.file("incomplete.h5")
    func failure(_ shards: @escaping @Sendable (Int) -> [TensorShard]) -> RankFailure? {
      #expect(throws: RankFailure.self) {
        try ThreadMesh.run(Mesh(batch: 1, shard: 2), patience: .seconds(60)) { communicator in
          try CheckpointFileWriter.write(
            shards(communicator.rank), to: path, configuration: nil, on: communicator)
        }
      }
    }
    let gap = failure { rank in
      let slice = TensorSlice(of: [4], ranges: [[rank * 3..<rank * 3 + 1]])
      return [TensorShard(counting([1]), as: slice, named: "w")]
    }
    #expect((gap?.error as? CheckpointError)?.kind == .incompleteSlices(tensor: "w", shape: [4]))
    let others = failure { rank in
      [TensorShard(counting([rank + 1]), as: .init(whole: [rank + 1]), named: "w")]
    }
    #expect((others?.error as? CheckpointError)?.kind == .otherTensors)
  }

  @Test("A damaged checkpoint is an error with the tensor's name on every rank", arguments: meshes)
  func damage(mesh: Mesh) throws {
    let path = directory.file("damaged.h5")
    try write(on: .solo, to: path)
    var bytes = try Data(contentsOf: URL(filePath: path))
    let place = try #require(bytes.range(of: Data(Self.parameters[1].whole.byteArray)))
    bytes[place.lowerBound + 8] ^= 1
    try bytes.write(to: URL(filePath: path))
    let errors = try ThreadMesh.run(mesh, patience: .seconds(60)) { communicator -> CheckpointError? in
      do {
        try Checkpoint(path: path).verifyDigests(on: communicator)
        return nil
      } catch let error as CheckpointError {
        return error
      }
    }
    guard case .damagedTensors(let kinds)? = errors.first??.kind,
      case .tensorDigest("params/blocks_0/c_attn/kernel", _, _)? = kinds.first
    else {
      Issue.record("\(errors)")
      return
    }
    #expect(kinds.count == 1)
    #expect(errors.allSatisfy { $0 == errors[0] }, "\(errors)")
  }
}
