import Foundation
import Sharding
import Testing

@Suite("Topology")
struct TopologyTests {
  @Test("A topology counts its replicas on this host and on all hosts")
  func counts() throws {
    let topology = try Topology(count: 16, localCount: 8, shardInto: 4)
    #expect(topology.mesh == Mesh(batch: 4, shard: 4))
    #expect(topology.replicas == 4)
    #expect(topology.localReplicas == 2)
    #expect(topology.shards == 4)
    #expect(try Topology(count: 3).mesh == Mesh(batch: 3, shard: 1))
    #expect(Topology.solo.count == 1)
  }

  @Test(
    "Counts that make no mesh are refused",
    arguments: [
      (8, 8, 0, TopologyError.Kind.notPositive(.shardInto, 0)),
      (8, 8, -2, .notPositive(.shardInto, -2)),
      (8, 4, 3, .doesNotDivide(shardInto: 3, .localDeviceCount, 4)),
      (1, 1, 2, .doesNotDivide(shardInto: 2, .localDeviceCount, 1)),
      (5, 2, 2, .doesNotDivide(shardInto: 2, .deviceCount, 5)),
      (2, 4, 1, .localOutside(4, of: 2)),
      (0, 0, 1, .notPositive(.deviceCount, 0)),
      (.max, .max, 1, .tooMany(.max, most: 1_048_576)),
      (.max, 1, .max, .tooMany(.max, most: 1_048_576)),
    ])
  func refusals(count: Int, localCount: Int, shardInto: Int, kind: TopologyError.Kind) {
    let error = #expect(throws: TopologyError.self) {
      try Topology(count: count, localCount: localCount, shardInto: shardInto)
    }
    #expect(error?.kind == kind)
  }

  @Test("A topology is encoded by its counts, which are checked when it is decoded")
  func codable() throws {
    let topology = try Topology(count: 16, localCount: 8, shardInto: 4)
    let text = String(decoding: try JSONEncoder().encode(topology), as: UTF8.self)
    #expect(try JSONDecoder().decode(Topology.self, from: Data(text.utf8)) == topology)
    let error = #expect(throws: TopologyError.self) {
      try JSONDecoder().decode(Topology.self, from: Data(text.replacing("16", with: "10").utf8))
    }
    #expect(error?.kind == .doesNotDivide(shardInto: 4, .deviceCount, 10))
  }
}
