import Sharding
import ShardingTesting
import TensorCore
import Testing

/// The rules of the GPT: heads and the hidden width are cut.
private let gpt = ShardingRules([
  (.vocab, nil), (.embed, nil), (.embedFF, .shard), (.embedOut, .shard), (.attention, .shard),
])

@Suite("Placement")
struct PlacementTests {
  @Test("Each part of a fused q|k|v is cut on its own")
  func fusedParts() throws {
    let axes = [ParameterAxis(.embed, 8), ParameterAxis(.attention, 24, parts: 3, unit: 2)]
    let slice = try Placement(gpt, on: Mesh(batch: 1, shard: 2)).slice(of: "c_attn", axes: axes, rank: 1)
    #expect(slice.ranges == [[0..<8], [4..<8, 12..<16, 20..<24]])
    #expect(slice.shape == [8, 12])
    #expect("\(slice)" == "[0..<8, 4..<8 + 12..<16 + 20..<24] of [8, 24]")
  }

  @Test("Parts of different length are cut: q|k|v of 4 heads on 2")
  func unequalParts() throws {
    let axis = ParameterAxis(.attention, partSizes: [16, 8, 8], unit: 4)
    let placement = Placement(gpt, on: Mesh(batch: 1, shard: 2))
    #expect(try placement.slice(of: "qkv", axes: [axis], rank: 0).ranges == [[0..<8, 16..<20, 24..<28]])
    #expect(try placement.slice(of: "qkv", axes: [axis], rank: 1).ranges == [[8..<16, 20..<24, 28..<32]])
  }

  @Test("Neighbours hold copies of a key head where there are fewer heads than shards")
  func sharedUnits() throws {
    let axis = ParameterAxis(.attention, 2 * 16, unit: 16, sharesUnits: true)
    let slices = try Placement(gpt, on: Mesh(batch: 1, shard: 4)).slices(of: "k_proj", axes: [axis])
    #expect(slices.map(\.ranges) == [[[0..<16]], [[0..<16]], [[16..<32]], [[16..<32]]])
  }

  @Test("All replicas hold the same slices")
  func replicas() throws {
    let mesh = Mesh(batch: 3, shard: 2)
    let slices = try Placement(gpt, on: mesh).slices(
      of: "c_fc", axes: [.init(.embed, 4), .init(.embedFF, 16)])
    for rank in 0..<mesh.count { #expect(slices[rank] == slices[mesh.coordinate(of: rank).shard]) }
  }

  /// Every mesh of up to 8 ranks, every combination of parts, unit and units for both axes: each element is held exactly once
  /// a replica, and runs and boxes are the same as the definition, element by element.
  @Test(
    "The slices of all shards tile every tensor exactly once", arguments: (1...8).flatMap(Mesh.shapes(of:)))
  func tiling(mesh: Mesh) throws {
    let placement = Placement(gpt, on: mesh)
    for (parts, unit, share, rows) in combinations([1, 2, 3], [1, 2, 3], [1, 2], [1, 3]) {
      let cut = ParameterAxis(.attention, parts * unit * share * mesh.shard, parts: parts, unit: unit)
      for axes in [
        [cut], [cut, .init(.embed, rows)], [.init(.embed, rows), cut],
        [.init(nil, rows), cut, .init(nil, 2)],
      ] {
        let slices = try placement.slices(of: "weight", axes: axes)
        #expect(TensorSlice.coverage(of: slices).allSatisfy { $0 == mesh.batch }, "\(axes)")
        for slice in slices { expectConsistent(slice) }
        let whole = Tensor(numbered: axes.map(\.size))
        let joined = Tensor(joining: slices.map { ($0, whole[$0]) })
        #expect(joined.floats == whole.floats)
      }
    }
  }

  @Test("A parameter that no rule names stays whole, whatever its size")
  func unruled() throws {
    let placement = Placement(gpt, on: Mesh(batch: 1, shard: 4))
    let axes = [ParameterAxis("n_experts", 7), ParameterAxis(nil, 3, parts: 2)]
    #expect(try placement.slice(of: "gate", axes: axes, rank: 3).isWhole)
    #expect(placement.shards(of: "n_experts") == 1)
    #expect(placement.shards(of: .embedFF) == 4)
    #expect(Placement().shards(of: .embedFF) == 1)
  }

  @Test("A placement lists which axes are cut")
  func specs() throws {
    let spec = try gpt.spec(for: [.init(.embed, 8), .init(.attention, 24)], of: "c_attn")
    #expect(spec == [nil, .shard])
    #expect("\(spec)" == "(·, shard)")
    #expect(try gpt.spec(for: [.init(.vocab, 9), .init(.embed, 8)], of: "wte") == [nil, nil])
    #expect(ShardingRules([(.vocab, .shard), (.vocab, nil)])[.vocab] == .shard, "the first rule holds")
  }

  @Test(
    "A size that does not divide is refused with parameter, axis, shards and numbers that would do",
    arguments: [
      (
        ParameterAxis(.attention, 1728, parts: 3, unit: 64), 2, PlacementError.Reason.uneven, [1, 3] as [Int]
      ),
      (ParameterAxis(.embedFF, 6), 4, .uneven, [3, 6]),
      (ParameterAxis(.attention, partSizes: [32, 16], unit: 8), 4, .uneven, [2]),
      (ParameterAxis(.attention, 48, unit: 16, sharesUnits: true), 4, .uneven, [3]),
      (ParameterAxis(.attention, 10, parts: 3), 2, .malformed, []),
      (ParameterAxis(.attention, 10, unit: 4), 2, .malformed, []),
    ])
  func refusals(axis: ParameterAxis, shards: Int, reason: PlacementError.Reason, nearest: [Int]) {
    let placement = Placement(gpt, on: Mesh(batch: 1, shard: shards))
    let error = #expect(throws: PlacementError.self) {
      try placement.slice(of: "blocks_0/w", axes: [.init(.embed, 3), axis], rank: 0)
    }
    #expect(error?.parameter == "blocks_0/w" && error?.axis == axis && error?.shards == shards)
    #expect(error?.reason == reason && error?.nearest == nearest)
  }

  @Test("Two axes of a parameter cannot be cut along one mesh axis")
  func usedTwice() {
    let error = #expect(throws: PlacementError.self) {
      try gpt.spec(for: [.init(.embedFF, 4), .init(.attention, 6)], of: "w")
    }
    #expect(error?.parameter == "w" && error?.reason == .usedTwice(.shard))
  }
}

/// All combinations of one value out of each list.
private func combinations(_ a: [Int], _ b: [Int], _ c: [Int], _ d: [Int]) -> [(Int, Int, Int, Int)] {
  a.flatMap { a in b.flatMap { b in c.flatMap { c in d.map { (a, b, c, $0) } } } }
}
