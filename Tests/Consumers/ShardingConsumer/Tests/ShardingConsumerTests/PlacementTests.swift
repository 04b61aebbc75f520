import Sharding
import TensorCore
import Testing

@Suite("Sharding from outside")
struct PlacementTests {
  @Test("Two ranks hold the halves of a parameter, and join them")
  func halves() throws {
    let mesh = Mesh(batch: 1, shard: 2)
    let placement = Placement(ShardingRules([(.embedFF, .shard), (.embed, nil)]), on: mesh)
    let axes = [ParameterAxis(.embed, 2), ParameterAxis(.embedFF, 6)]
    let slices = try placement.slices(of: "mlp/up", axes: axes)
    #expect(slices.map(\.shape) == [[2, 3], [2, 3]])
    let sums = try ThreadMesh.run(mesh) { communicator in
      var mine = Tensor([Float(communicator.rank + 1)], shape: [1])
      try communicator.allReduce(&mine)
      return mine.floats
    }
    #expect(sums == [[3], [3]])
  }
}
