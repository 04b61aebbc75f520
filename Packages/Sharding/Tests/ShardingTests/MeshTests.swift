import Sharding
import ShardingTesting
import Testing

@Suite("Mesh")
struct MeshTests {
  @Test("A mesh numbers its ranks row by row", arguments: (1...8).flatMap(Mesh.shapes(of:)))
  func ranksAndCoordinates(mesh: Mesh) {
    for rank in 0..<mesh.count {
      let place = mesh.coordinate(of: rank)
      #expect(place.batch * mesh.shard + place.shard == rank)
      #expect(mesh.rank(at: place) == rank)
    }
  }

  @Test("A mesh falls into groups along either axis", arguments: (1...8).flatMap(Mesh.shapes(of:)))
  func groups(mesh: Mesh) {
    for axis in MeshAxis.allCases {
      let groups = Set((0..<mesh.count).map { mesh.group(of: $0, along: axis) })
      #expect(groups.allSatisfy { $0.count == mesh.size(of: axis) && $0 == $0.sorted() })
      #expect(groups.flatMap { $0 }.sorted() == Array(0..<mesh.count))
    }
  }

  @Test("The shards of one replica are neighbours")
  func shardsAreNeighbours() {
    let mesh = Mesh(batch: 2, shard: 3)
    #expect(mesh.group(of: 4, along: .shard) == [3, 4, 5])
    #expect(mesh.group(of: 4, along: .batch) == [1, 4])
  }

  @Test("A mesh draws itself")
  func drawing() {
    #expect(
      Mesh(batch: 2, shard: 2).drawing == """
                 shard 0  shard 1
        batch 0  rank 0   rank 1
        batch 1  rank 2   rank 3
        """)
    #expect("\(Mesh(batch: 2, shard: 4))" == "2×4 (batch × shard)")
  }

  @Test("A rank that is not on the mesh traps")
  func traps() async {
    await #expect(processExitsWith: .failure) { _ = Mesh(batch: 2, shard: 2).coordinate(of: 4) }
    await #expect(processExitsWith: .failure) { _ = Mesh(batch: 0, shard: 2) }
  }
}
