import Sharding
import ShardingTesting
import Synchronization
import TensorCore
import Testing

private let meshes = (1...8).flatMap(Mesh.shapes(of:))

@Suite("Collectives")
struct CollectiveTests {
  @Test(
    "Every collective of a mesh of threads does what all communicators must do",
    arguments: CommunicatorCheck.all, meshes)
  func checks(check: CommunicatorCheck, mesh: Mesh) throws {
    _ = try ThreadMesh.test(mesh) { try check.run($0) }
  }

  @Test(
    "Every collective over packets does the same", arguments: CommunicatorCheck.all,
    meshes.filter { $0.count < 6 })
  func packets(check: CommunicatorCheck, mesh: Mesh) throws {
    _ = try PacketMesh.run(mesh) { try check.run($0) }
  }

  @Test("No rank leaves a barrier before all have come")
  func barrier() throws {
    let counter = Counter()
    let arrived = try ThreadMesh.test(Mesh(batch: 4, shard: 1)) { communicator in
      counter.value.withLock { $0 += 1 }
      try communicator.barrier()
      return counter.value.withLock { $0 }
    }
    #expect(arrived == [4, 4, 4, 4])
  }

  @Test("A rank that is alone needs no other for a collective")
  func solo() throws {
    let solo = SoloCommunicator()
    var tensor = Tensor(numbered: [2, 2])
    try run(solo, &tensor)
    #expect(tensor.floats == [0, 1, 2, 3])
    #expect(solo.along(.shard).size == 1 && solo.isMain)

    func run(_ communicator: any Communicator, _ tensor: inout Tensor) throws {
      try communicator.allReduce(&tensor)
      try communicator.broadcast(&tensor, from: 0)
      tensor = try communicator.allGather(tensor)[0]
      tensor = try communicator.scatter([tensor], from: 0)
      try communicator.barrier()
    }
  }

  /// A product whose inner axis is cut: each rank multiplies its slices, and an all-reduce joins the terms.
  @Test("An all-reduce joins the parts of a product whose contraction is cut", arguments: [1, 2, 4])
  func contraction(shards: Int) throws {
    let (x, w) = (Tensor(numbered: [3, 8]), Tensor(numbered: [8, 5]))
    let expected = product(x, w).floats
    let placement = Placement(ShardingRules([(.embedFF, .shard)]), on: Mesh(batch: 1, shard: shards))
    let results = try ThreadMesh.test(placement.mesh) { communicator in
      let hidden = ParameterAxis(.embedFF, 8)
      let columns = try placement.slice(of: "x", axes: [.init(nil, 3), hidden], rank: communicator.rank)
      let rows = try placement.slice(of: "w", axes: [hidden, .init(.embed, 5)], rank: communicator.rank)
      var result = product(x[columns], w[rows])
      try communicator.along(.shard).allReduce(&result, named: "contraction")
      return result.floats
    }
    #expect(results.allSatisfy { $0 == expected }, "small whole numbers: exact in float32")
  }

  @Test("A log notes each collective")
  func log() throws {
    let entries = try ThreadMesh.test(Mesh(batch: 2, shard: 1)) { communicator in
      let log = CollectiveLog(communicator)
      var tensor = Tensor(numbered: [2, 3])
      try log.allReduce(&tensor, named: "a")
      try log.broadcast(&tensor, from: 1, named: "b")
      try log.barrier()
      return log.entries
    }
    #expect(
      entries[0].map { "\($0.collective) \($0.byteCount)" } == [
        "allReduce 'a' 24", "broadcast 'b' 0", "barrier 0",
      ])
    #expect(entries[1].map(\.byteCount) == [24, 24, 0])
  }
}

private final class Counter: Sendable {
  let value = Mutex(0)
}

private func product(_ x: Tensor, _ w: Tensor) -> Tensor {
  let (a, b, inner, width) = (x.floats, w.floats, w.shape[0], w.shape[1])
  var result = [Float](repeating: 0, count: x.shape[0] * width)
  for number in result.indices {
    let (row, column) = (number / width, number % width)
    for i in 0..<inner { result[number] += a[row * inner + i] * b[i * width + column] }
  }
  return Tensor(result, shape: [x.shape[0], width])
}
