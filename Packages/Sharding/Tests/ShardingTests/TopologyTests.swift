import Sharding
import Testing

@Suite("Topology")
struct TopologyTests {
  @Test("counts replicas here and over all hosts")
  func counts() throws {
    let topology = try Topology(count: 16, localCount: 8, shardInto: 4)
    #expect(topology.mesh == Mesh(batch: 4, shard: 4))
    #expect(topology.replicas == 4)
    #expect(topology.localReplicas == 2)
    #expect(topology.shards == 4)
    #expect(try Topology(count: 3).mesh == Mesh(batch: 3, shard: 1))
    #expect(Topology.solo.count == 1)
  }

  /// The texts of the original system, to the letter.
  @Test(
    "refuses counts that make no mesh",
    arguments: [
      (8, 8, 0, "shard_into must be positive, got 0"),
      (8, 8, -2, "shard_into must be positive, got -2"),
      (8, 4, 3, "shard_into=3 must divide local_device_count=4"),
      (1, 1, 2, "shard_into=2 must divide local_device_count=1"),
      (5, 2, 2, "shard_into=2 must divide device_count=5"),
      (2, 4, 1, "local_device_count=4 must be in 1...2, the device count"),
      (0, 0, 1, "device_count must be positive, got 0"),
      (.max, .max, 1, "device_count must be at most 1048576, got 9223372036854775807"),
      (.max, 1, .max, "device_count must be at most 1048576, got 9223372036854775807"),
    ])
  func refusals(count: Int, localCount: Int, shardInto: Int, message: String) {
    let error = #expect(throws: TopologyError.self) {
      try Topology(count: count, localCount: localCount, shardInto: shardInto)
    }
    #expect(error?.description == message)
  }
}
