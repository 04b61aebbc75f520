internal import Sharding

/// Where a range of one axis of a chunk belongs in the slice.
private struct Segment {
  /// In the chunk.
  let source: Range<Int>
  /// Where it begins in the slice.
  let destination: Int
}

extension ChunkTable {
  /// The bytes of a slice, row-major: each chunk that it touches is decoded once.
  func bytes(of slice: TensorSlice, in contents: CheckpointContents) throws(HDF5Fault) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: slice.count * width)
    let segments = zip(slice.ranges, lengths).map { self.segments(of: $0, length: $1) }
    let touched = segments.map { $0.keys.sorted() }
    guard touched.allSatisfy({ !$0.isEmpty }) else { return result }
    var index = touched.map { _ in 0 }
    while true {
      let place = zip(touched, index).map { $0[$1] }
      let elements = try self.elements(at: place, in: contents)
      copy(elements, zip(segments, place).map { $0[$1] ?? [] }, to: &result, shape: slice.shape)
      guard let axis = index.indices.last(where: { index[$0] + 1 < touched[$0].count }) else { return result }
      index[axis] += 1
      for later in index.indices.dropFirst(axis + 1) { index[later] = 0 }
    }
  }

  private func elements(at place: [Int], in contents: CheckpointContents) throws(HDF5Fault) -> [UInt8] {
    if let chunk = chunks[number(of: place)] {
      return try elements(of: chunk, at: start(of: place), in: contents)
    }
    guard let fill else { throw missing(place) }
    return (0..<lengths.saturatingProduct).flatMap { _ in fill }
  }

  /// By number of the chunk along an axis what it has of the slice.
  private func segments(of ranges: [Range<Int>], length: Int) -> [Int: [Segment]] {
    var segments: [Int: [Segment]] = [:]
    var destination = 0
    for range in ranges where !range.isEmpty {
      for chunk in range.lowerBound / length...(range.upperBound - 1) / length {
        let start = chunk * length
        let part = range.clamped(to: start..<start.saturatingSum(length))
        segments[chunk, default: []].append(
          Segment(source: part.lowerBound - start..<part.upperBound - start, destination: destination))
        destination += part.count
      }
    }
    return segments
  }

  /// Copies every combination of the axes' segments.
  private func copy(_ chunk: [UInt8], _ segments: [[Segment]], to result: inout [UInt8], shape: [Int]) {
    func visit(_ axis: Int, _ source: Int, _ destination: Int) {
      for segment in segments[axis] {
        if axis == segments.count - 1 {
          let from = (source + segment.source.lowerBound) * width
          let to = (destination + segment.destination) * width
          let count = segment.source.count * width
          result.replaceSubrange(to..<to + count, with: chunk[from..<from + count])
          continue
        }
        for offset in segment.source.indices {
          let step = offset - segment.source.lowerBound
          visit(
            axis + 1, (source + offset) * lengths[axis + 1],
            (destination + segment.destination + step) * shape[axis + 1])
        }
      }
    }
    visit(0, 0, 0)
  }
}
