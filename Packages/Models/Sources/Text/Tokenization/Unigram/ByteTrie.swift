/// Byte strings, found by walking a text: which of them begin at a place, shortest first.
struct ByteTrie: Sendable {
  /// The children of a node are `labels[first[node]..<first[node + 1]]`, in order; a child's number follows its place.
  private var labels: [UInt8] = [0]
  private var first: [Int32] = [1]
  private var values: [Int32] = [-1]

  /// - Parameter entries: Strings with a value each, from 0 on; of equal strings the last one counts.
  init(_ entries: [(bytes: [UInt8], value: Int32)]) {
    var sorted = entries.enumerated().sorted { left, right in
      left.element.bytes.lexicographicallyPrecedes(right.element.bytes)
        || left.element.bytes == right.element.bytes && left.offset < right.offset
    }.map(\.element)
    sorted.removeAll { $0.bytes.isEmpty }
    // Level by level: a node is the range of strings that share its first `depth` bytes.
    var level = [sorted.indices]
    var depth = 0
    while !level.isEmpty {
      var below: [Range<Int>] = []
      for range in level {
        var start = range.lowerBound
        while start < range.upperBound, sorted[start].bytes.count == depth { start += 1 }
        while start < range.upperBound {
          let label = sorted[start].bytes[depth]
          var stop = start
          while stop < range.upperBound, sorted[stop].bytes[depth] == label { stop += 1 }
          below.append(start..<stop)
          labels.append(label)
          values.append(sorted[start..<stop].last { $0.bytes.count == depth + 1 }?.value ?? -1)
          start = stop
        }
        first.append(Int32(labels.count))
      }
      level = below
      depth += 1
    }
  }

  /// Calls `body` with the end and the value of each string that begins at `start`, shortest first.
  func matches(in bytes: [UInt8], from start: Int, to end: Int, _ body: (_ end: Int, _ value: Int32) -> Void)
  {
    var node = 0
    var position = start
    while position < end, let child = child(of: node, by: bytes[position]) {
      node = child
      position += 1
      if values[node] >= 0 { body(position, values[node]) }
    }
  }

  private func child(of node: Int, by label: UInt8) -> Int? {
    var (low, high) = (Int(first[node]), Int(first[node + 1]))
    let stop = high
    while low < high {
      let middle = (low + high) / 2
      if labels[middle] < label { low = middle + 1 } else { high = middle }
    }
    return low < stop && labels[low] == label ? low : nil
  }
}
