/// A tensor of a model's files whose rows are several parameters: the projections of queries, keys and values, for
/// example.
struct FusedTensor: Sendable {
  private let components: [Substring]
  let parts: [(path: String, rows: [Range<Int>])]
  /// How many rows it has.
  let rowCount: Int

  init(_ path: String, _ parts: [(path: String, rows: [Range<Int>])]) {
    components = path.split(separator: "/")
    self.parts = parts
    rowCount = parts.reduce(0) { $0 + $1.rows.reduce(0) { $0 + $1.count } }
  }

  /// The paths of its parts where `path`, which ends with `weight` or `bias`, is one of its tensors.
  func paths(in path: String) -> [(path: String, rows: FusedRows)]? {
    var found = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let ending = found.popLast(), found.count == components.count,
      zip(found, components).allSatisfy({ $0 == $1 || $1 == "*" })
    else { return nil }
    let stem = found.dropLast().joined(separator: "/")
    return parts.map { ("\(stem)/\($0.path)/\(ending)", FusedRows(ranges: $0.rows, of: rowCount)) }
  }
}

/// Rows of a tensor that are one parameter.
struct FusedRows: Sendable {
  /// In order, without overlap.
  let ranges: [Range<Int>]
  /// How many rows the tensor has.
  let rowCount: Int

  init(ranges: [Range<Int>], of rowCount: Int) {
    self.ranges = ranges
    self.rowCount = rowCount
  }

  var count: Int { ranges.reduce(0) { $0 + $1.count } }

  /// Where rows of the parameter lie in the tensor.
  func places(of rows: [Range<Int>]) -> [Range<Int>] {
    var start = 0
    var found: [Range<Int>] = []
    for range in ranges {
      let own = start..<start + range.count
      for some in rows.map({ $0.clamped(to: own) }) where !some.isEmpty {
        found.append(range.lowerBound + some.lowerBound - start..<range.lowerBound + some.upperBound - start)
      }
      start += range.count
    }
    return found
  }
}
