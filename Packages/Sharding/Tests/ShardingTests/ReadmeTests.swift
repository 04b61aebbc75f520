import Sharding
import TensorCore
import Testing

/// The README's example, so that it stays true.
@Suite("README")
struct ReadmeTests {
  @Test("computes what one rank would compute")
  func example() throws {
    let topology = try Topology(count: 4, shardInto: 2)  // 2 replicas of 2 shards
    let rules = ShardingRules([(.embed, nil), (.embedFF, .shard)])
    let placement = Placement(rules, on: topology.mesh)
    let weight = Tensor((0..<24).map(Float.init), shape: [4, 6])  // stands for a mapped file

    let norms = try ThreadMesh.run(topology.mesh) { communicator in
      let slice = try placement.slice(
        of: "mlp/c_fc/kernel", axes: [.init(.embed, 4), .init(.embedFF, 6)], rank: communicator.rank)
      var sum = Tensor([weight[slice].floats.reduce(0) { $0 + $1 * $1 }], shape: [1])
      try communicator.along(.shard).allReduce(&sum, named: "norm of mlp/c_fc")
      return sum.floats[0]
    }
    #expect(norms == [4324, 4324, 4324, 4324])
  }
}
