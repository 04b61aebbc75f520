import Foundation
import Sharding
import TensorCore
import Testing

/// The examples of the README of Sharding, which `ci/check-examples` compares with it. All compile here; those that need
/// `mpirun` are not run.
@Suite("README of Sharding")
struct ReadmeExamples {
  @Test("The example of the README computes over the shards of a tensor what one rank computes")
  func threads() throws {
    let topology = try Topology(count: 4, shardInto: 2)
    let rules = ShardingRules([(.embed, nil), (.embedFF, .shard)])
    let placement = Placement(rules, on: topology.mesh)
    let weight = Tensor((0..<24).map(Float.init), shape: [4, 6])

    let norms = try ThreadMesh.run(topology.mesh) { communicator in
      let slice = try placement.slice(
        of: "mlp/c_fc/kernel", axes: [.init(.embed, 4), .init(.embedFF, 6)], rank: communicator.rank)
      var sum = Tensor([weight[slice].floats.reduce(0) { $0 + $1 * $1 }], shape: [1])
      try communicator.along(.shard).allReduce(&sum, named: "norm of mlp/c_fc")
      return sum.floats[0]
    }

    #expect(norms == [4324, 4324, 4324, 4324])
  }

  private func processes() throws -> Float {
    let place = try LaunchPlace(environment: ProcessInfo.processInfo.environment)
    let mesh = try place.topology(shardInto: 2).mesh
    let total = try ProcessMesh.run(mesh) { communicator in
      var sum = Tensor([1.0], shape: [1])
      try communicator.allReduce(&sum, named: "ranks")
      return sum.floats[0]
    }
    return total
  }
}
