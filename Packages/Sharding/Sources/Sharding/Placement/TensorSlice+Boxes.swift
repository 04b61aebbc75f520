extension TensorSlice {
  /// One solid block of a slice: the hyperslab to read, and where its elements belong.
  public struct Box: Sendable, Hashable {
    /// The indices in the whole tensor, one range an axis.
    public let source: [Range<Int>]
    /// The same block in the slice.
    public let destination: [Range<Int>]
  }

  /// The solid blocks that make up the slice, in row-major order: what a reader of hyperslabs requests.
  ///
  /// One box for a slice of one range an axis, three for a fused q|k|v.
  public var boxes: [Box] {
    guard count > 0 else { return [] }
    return ranges.reduce([Box(source: [], destination: [])]) { boxes, list in
      boxes.flatMap { box in
        var start = 0
        return list.map { range in
          defer { start += range.count }
          return Box(
            source: box.source + [range], destination: box.destination + [start..<start + range.count])
        }
      }
    }
  }
}
