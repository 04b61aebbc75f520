internal import Basics

/// Fills the table of a dataset's chunks from its index, of whatever kind.
struct ChunkIndex {
  let reader: HDF5Reader
  let layout: ChunkLayout
  let space: Dataspace
  var table: ChunkTable

  var isFiltered: Bool { !table.filters.filters.isEmpty }
  /// Bytes of an entry of an array or a tree of version 2, without its place.
  var entryBytes: Int { isFiltered ? 12 + layout.sizeBytes : 8 }

  mutating func read() throws(HDF5Fault) {
    guard let address = layout.address else { return }
    switch layout.index {
    case .oldTree: try oldTree(at: address)
    case .single(let byteCount, let skipped):
      try add(
        table.grid.map { _ in 0 }, at: address, byteCount: byteCount ?? layout.byteCount,
        skippedFilters: skipped)
    case .implicit: try implicit(at: address)
    case .fixedArray: try FixedArray(self, at: address).forEach(&self)
    case .extensibleArray: try ExtensibleArray(self, at: address).forEach(&self)
    case .newTree: try newTree(at: address)
    }
  }

  mutating func add(
    _ place: [Int], at address: Int, byteCount: Int, skippedFilters: Int
  ) throws(HDF5Fault) {
    let reachesOver = zip(zip(place, layout.lengths), space.lengths ?? []).contains {
      $0.0.saturatingSum(1).saturatingProduct($0.1) > $1
    }
    try table.add(
      place, at: address, byteCount: byteCount,
      skippedFilters: layout.leavesEdges && reachesOver ? 0xFFFF_FFFF : skippedFilters, in: reader.contents)
  }

  /// A key is size, skipped filters, and a start for each axis and for the bytes of an element.
  private mutating func oldTree(at address: Int) throws(HDF5Fault) {
    var index = self
    let rank = layout.lengths.count
    try reader.oldTree(at: address, type: 1, keyLength: 8 + 8 * (rank + 1)) {
      (key, child) throws(HDF5Fault) in
      let (byteCount, skipped) = (try key.number(4), try key.number(4))
      var place: [Int] = []
      for length in index.layout.lengths {
        let start = try key.number(8)
        try key.require(start % length == 0, "chunks at multiples of their length")
        place.append(start / length)
      }
      let last = try key.number(8)
      try key.require(last == 0, "chunks of whole elements")
      try index.add(place, at: child, byteCount: byteCount, skippedFilters: skipped)
    }
    self = index
  }

  private mutating func implicit(at address: Int) throws(HDF5Fault) {
    let count = table.grid.saturatingProduct
    // All of them have to be in the file, which also bounds the loop.
    _ = try ByteCursor(
      reader.contents, "chunks", at: address, count: count.saturatingProduct(layout.byteCount))
    let order = try LinearOrder(layout, space)
    for number in 0..<count {
      let place = table.place(of: number)
      let offset = order.number(of: place).saturatingProduct(layout.byteCount)
      try add(place, at: address.saturatingSum(offset), byteCount: layout.byteCount, skippedFilters: 0)
    }
  }

  private mutating func newTree(at address: Int) throws(HDF5Fault) {
    var index = self
    try reader.newTree(at: address, types: [isFiltered ? 11 : 10]) {
      (_, record: inout ByteCursor) throws(HDF5Fault) in
      let entry = try index.entry(&record)
      var place: [Int] = []
      for _ in index.layout.lengths { place.append(try record.number(8)) }
      if let entry {
        try index.add(place, at: entry.address, byteCount: entry.byteCount, skippedFilters: entry.skipped)
      }
    }
    self = index
  }

  /// Where a chunk is; `nil` for one that was never written.
  func entry(_ data: inout ByteCursor) throws(HDF5Fault) -> (address: Int, byteCount: Int, skipped: Int)? {
    let address = try data.address()
    let byteCount = isFiltered ? try data.number(layout.sizeBytes) : layout.byteCount
    let skipped = isFiltered ? try data.number(4) : 0
    return address.map { ($0, byteCount, skipped) }
  }

  /// Adds the chunk of an entry of an array.
  mutating func addEntry(_ number: Int, _ order: LinearOrder, _ data: inout ByteCursor) throws(HDF5Fault) {
    guard let entry = try entry(&data) else { return }
    try add(
      order.place(of: number), at: entry.address, byteCount: entry.byteCount, skippedFilters: entry.skipped)
  }
}

/// How the chunks of an array are numbered: row-major over what the dataset may grow to, an axis without end first.
struct LinearOrder {
  /// Axes, slowest first.
  private let axes: [Int]
  /// Chunks that one step along each axis passes; as many as axes.
  private let strides: [Int]

  init(_ layout: ChunkLayout, _ space: Dataspace) throws(HDF5Fault) {
    let endless = space.maximum.indices.filter { space.maximum[$0] == nil }
    guard endless.count <= 1 else {
      throw HDF5Fault(.value("axes without end", expected: "at most 1", found: "\(endless.count)"))
    }
    axes = endless + space.maximum.indices.filter { !endless.contains($0) }
    let counts = zip(space.maximum, layout.lengths).map { $0?.dividedRoundingUp(by: $1) ?? 1 }
    var strides = layout.lengths
    var stride = 1
    for axis in axes.reversed() {
      strides[axis] = max(1, stride)
      stride = stride.saturatingProduct(counts[axis])
    }
    self.strides = strides
  }

  func number(of place: [Int]) -> Int {
    zip(place, strides).reduce(0) { $0.saturatingSum($1.0.saturatingProduct($1.1)) }
  }

  func place(of number: Int) -> [Int] {
    var rest = number
    var place = strides
    for axis in axes {
      place[axis] = rest / strides[axis]
      rest %= strides[axis]
    }
    return place
  }
}
