internal import Basics

/// Where one chunk is in the file.
struct StoredChunk: Sendable {
  let range: Range<Int>
  /// A bit for each filter that this chunk went without, first filter lowest.
  let skippedFilters: Int
}

/// The chunks of a dataset, found and checked while the file is opened.
struct ChunkTable: Sendable {
  /// Lengths of a chunk, in elements.
  let lengths: [Int]
  /// How many chunks there are along each axis.
  let grid: [Int]
  let width: Int
  let filters: FilterPipeline
  /// One element where no chunk was written; `nil` where all were.
  let fill: [UInt8]?
  /// By row-major number in the grid.
  private(set) var chunks: [Int: StoredChunk] = [:]

  /// Bytes of a chunk in memory, and of all chunks in the file.
  var chunkByteCount: Int { lengths.saturatingProduct.saturatingProduct(width) }
  var storedByteCount: Int { chunks.values.reduce(0) { $0.saturatingSum($1.range.count) } }

  /// Makes a table without chunks.
  init(_ layout: ChunkLayout, shape: [Int], _ filters: FilterPipeline, fill: [UInt8]?) {
    lengths = layout.lengths
    width = layout.width
    grid = zip(shape, layout.lengths).map { $0.dividedRoundingUp(by: $1) }
    self.filters = filters
    self.fill = fill
  }

  /// The row-major number of a chunk.
  func number(of place: [Int]) -> Int { zip(place, grid).reduce(0) { $0 * $1.1 + $1.0 } }

  /// - Throws: ``HDF5Fault`` if the chunk lies outside the dataset or the file, or is there already.
  mutating func add(
    _ place: [Int], at address: Int, byteCount: Int, skippedFilters: Int, in contents: CheckpointContents
  ) throws(HDF5Fault) {
    guard place.count == grid.count, zip(place, grid).allSatisfy({ $0 < $1 }) else {
      throw HDF5Fault(.value("number of a chunk", expected: "below \(grid)", found: "\(place)"))
    }
    let cursor = try ByteCursor(contents, "chunk", at: address, count: byteCount)
    let isRaw = filters.filters.indices.allSatisfy { skippedFilters >> $0 & 1 != 0 }
    guard byteCount > 0, !isRaw || byteCount == chunkByteCount else {
      throw HDF5Fault(
        .value("the chunk at \(start(of: place))", expected: "\(chunkByteCount) bytes", found: "\(byteCount)")
      )
    }
    let chunk = StoredChunk(range: cursor.range, skippedFilters: skippedFilters)
    guard chunks.updateValue(chunk, forKey: number(of: place)) == nil else {
      throw HDF5Fault(.repeated("the chunk at \(start(of: place))"))
    }
  }

  /// The first element of a chunk.
  func start(of place: [Int]) -> [Int] { zip(place, lengths).map { $0.saturatingProduct($1) } }

  /// The chunk's place in the grid.
  func place(of number: Int) -> [Int] {
    var rest = number
    var place = grid
    for axis in grid.indices.reversed() {
      place[axis] = rest % grid[axis]
      rest /= grid[axis]
    }
    return place
  }

  /// - Throws: ``HDF5Fault`` if a chunk is missing and the file does not give what is in its place.
  func checkComplete() throws(HDF5Fault) {
    guard fill == nil, chunks.count < grid.saturatingProduct else { return }
    let missing = (0...chunks.count).first { chunks[$0] == nil } ?? 0
    throw self.missing(place(of: missing))
  }

  /// A chunk that has elements by the shape and none in the file.
  func missing(_ place: [Int]) -> HDF5Fault {
    HDF5Fault(.missing("chunk at \(start(of: place))", purpose: "as it was never written"))
  }
}
