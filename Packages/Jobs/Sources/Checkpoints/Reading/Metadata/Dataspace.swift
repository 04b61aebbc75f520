/// IV.A.2.b: how many elements there are.
struct Dataspace {
  /// A length an axis; `nil` for a dataspace without elements, not even one.
  let lengths: [Int]?
  /// What the lengths may grow to, `nil` for any; as many as the lengths.
  let maximum: [Int?]

  /// Versions 1 and 2.
  init(_ message: ByteCursor) throws(HDF5Fault) {
    var data = message
    let (version, rank, flags) = (try data.number(1), try data.number(1), try data.number(1))
    try data.require(version == 1 || version == 2, "a dataspace of version 1 or 2", found: "\(version)")
    try data.require(rank <= 32, "at most 32 axes", found: "\(rank)")
    try data.require(flags <= 1, "no permutation of the axes")
    let kind = try data.number(1)
    if version == 1 { try data.skip(4) }
    var lengths: [Int] = []
    var maximum: [Int?] = []
    for _ in 0..<rank { lengths.append(try data.number(8)) }
    for axis in 0..<rank {
      maximum.append(flags == 1 ? try data.address() : lengths[axis])
      try data.require(maximum[axis].map { $0 >= lengths[axis] } ?? true, "lengths up to their maximum")
    }
    if version == 2 {
      try data.require(
        kind <= 2 && (kind == 1) == (rank > 0), "a kind that fits \(rank) axes", found: "\(kind)")
    }
    self.lengths = version == 2 && kind == 2 ? nil : lengths
    self.maximum = maximum
  }

  var count: Int { lengths?.saturatingProduct ?? 0 }
}
