internal import Sharding
internal import TensorCore

extension CommunicatorCheck {
  static let collectives = [sum, sumOfMany, gather, broadcast, scatter, gatherToOne, axes, manyInTurn, large]

  /// The terms' sum depends on the order: 1e8 + 1 − 1e8 is 0 in float32, 1e8 − 1e8 + 1 is 1.
  private static let sum = CommunicatorCheck("sums in the order of ranks, the same bits on each") {
    for shape in [[2, 2], [3], [], [0, 5]] {
      let terms = (0..<$0.size).map { rank in unruly(shape, rank) }
      var tensor = terms[$0.rank]
      try $0.allReduce(&tensor, named: "sum")
      try check(tensor.shape, is: shape, "shape")
      try check(tensor.floats, is: inOrder(terms), "sum of \(shape)")
      try check(terms[$0.rank].floats, is: unruly(shape, $0.rank).floats, "the operand")
    }
  }

  /// Enough to be summed in shares, of a number that no number of ranks divides.
  private static let sumOfMany = CommunicatorCheck("sums many elements with the bits of the same order") {
    let shape = [7, 14_293]
    let terms = (0..<$0.size).map { rank in unruly(shape, rank) }
    var tensor = terms[$0.rank]
    try $0.allReduce(&tensor, named: "many")
    try check(tensor.shape, is: shape, "shape")
    let expected = inOrder(terms)
    let wrong = zip(tensor.floats, expected).count { $0.bitPattern != $1.bitPattern }
    try check(wrong, is: 0, "elements whose bits differ")
  }

  private static let gather = CommunicatorCheck("gathers tensors of any shape in the order of ranks") {
    let gathered = try $0.allGather(Tensor(numbered: [$0.rank, 2]), named: "gather")
    try check(gathered.map(\.shape), is: (0..<$0.size).map { [$0, 2] }, "shapes")
    try check(gathered.map(\.floats), is: (0..<$0.size).map { (0..<2 * $0).map(Float.init) }, "elements")
    let types = try $0.allGather(Tensor(zeros: [3], elementType: type(of: $0.rank)))
    try check(types.map(\.elementType), is: (0..<$0.size).map { type(of: $0) }, "element types")
  }

  private static func type(of rank: Int) -> ElementType {
    ElementType.allCases[rank % ElementType.allCases.count]
  }

  private static let broadcast = CommunicatorCheck("broadcasts from any rank, whatever the others held") {
    for root in 0..<$0.size {
      var tensor = $0.rank == root ? Tensor([Int32(root), 7], shape: [2]) : Tensor(numbered: [3, 3])
      try $0.broadcast(&tensor, from: root, named: "ids")
      try check(tensor.int32s, is: [Int32(root), 7], "from rank \(root)")
    }
  }

  private static let scatter = CommunicatorCheck("scatters from any rank") {
    for root in 0..<$0.size {
      let tensors = (0..<$0.size).map { Tensor([Float($0 * 10 + root)], shape: [1]) }
      let mine = try $0.scatter($0.rank == root ? tensors : [], from: root, named: "parts")
      try check(mine.floats, is: [Float($0.rank * 10 + root)], "from rank \(root)")
    }
  }

  private static let gatherToOne = CommunicatorCheck("gathers to any rank, and to it alone") {
    for root in 0..<$0.size {
      let gathered = try $0.gather(Tensor(numbered: [$0.rank, 2]), to: root, named: "parts")
      let expected = $0.rank == root ? (0..<$0.size).map { [$0, 2] } : []
      try check(gathered.map(\.shape), is: expected, "shapes on rank \(root)")
      try check(
        gathered.last?.floats, is: gathered.last.map { Tensor(numbered: $0.shape).floats }, "elements")
    }
  }

  private static let axes = CommunicatorCheck("runs along either axis of the mesh") {
    for axis in MeshAxis.allCases {
      let group = $0.along(axis)
      try check(group.rank, is: $0.mesh.coordinate(of: $0.rank)[axis], "rank along \(axis)")
      try check(group.size, is: $0.mesh.size(of: axis), "size along \(axis)")
      var tensor = Tensor([Float($0.rank)], shape: [1])
      try group.allReduce(&tensor, named: "\(axis)")
      let expected = $0.mesh.group(of: $0.rank, along: axis).reduce(0, +)
      try check(tensor.floats, is: [Float(expected)], "sum along \(axis)")
    }
  }

  private static let manyInTurn = CommunicatorCheck("keeps hundreds of collectives apart") {
    let groups = [$0, $0.along(.shard), $0.along(.batch)]
    for round in 0..<100 {
      for group in groups {
        var sum = Tensor([Float(round * group.rank)], shape: [1])
        try group.allReduce(&sum, named: "sum")
        try check(sum.floats, is: [Float(round * group.size * (group.size - 1) / 2)], "sum \(round)")
        let gathered = try group.allGather(Tensor([Int32(round)], shape: [1]), named: "gather")
        try check(gathered.map { $0.int32s[0] }, is: gathered.map { _ in Int32(round) }, "gather \(round)")
      }
      try $0.barrier(named: "round")
    }
  }

  /// Larger than what any transport sends off without asking, from all to all at once.
  private static let large = CommunicatorCheck("carries tensors of megabytes, several at once") {
    let mine = Tensor([Float](repeating: Float($0.rank), count: 1 << 19), shape: [1 << 19])
    for _ in 0..<3 {
      let gathered = try $0.allGather(mine, named: "large")
      for (rank, tensor) in gathered.enumerated() {
        try check(tensor.floats.allSatisfy { $0 == Float(rank) }, is: true, "elements of rank \(rank)")
      }
    }
  }

  /// Numbers of very different size, other ones on each rank.
  private static func unruly(_ shape: [Int], _ rank: Int) -> Tensor {
    let pool: [Float] = [1e8, -1e8, 1, 0.1, -3.7e4]
    return Tensor((0..<shape.reduce(1, *)).map { pool[($0 * 3 + rank) % pool.count] }, shape: shape)
  }

  private static func inOrder(_ terms: [Tensor]) -> [Float] {
    terms.dropFirst().reduce(terms[0].floats) { sum, term in zip(sum, term.floats).map(+) }
  }
}
