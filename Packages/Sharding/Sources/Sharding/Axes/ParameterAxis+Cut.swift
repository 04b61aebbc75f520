extension ParameterAxis {
  /// The ranges of this axis that one of `shards` ranks holds: of each part an equal run of whole units.
  ///
  /// - Parameter shard: Which rank, `0 ..< shards`.
  /// - Returns: Ranges in order that neither overlap nor touch. All of the axis for one shard.
  /// - Throws: ``PlacementError`` naming `parameter`, if the parts do not make up the axis or do not divide.
  public func ranges(shard: Int, of shards: Int, in parameter: String) throws(PlacementError) -> [Range<Int>]
  {
    precondition(shards > 0 && (0..<shards).contains(shard), "shard \(shard) of \(shards)")
    guard shards > 1 else { return size > 0 ? [0..<size] : [] }
    guard isCuttable else {
      throw PlacementError(parameter: parameter, axis: self, shards: shards, reason: .malformed)
    }
    var ranges: [Range<Int>] = []
    var start = 0
    for part in parts {
      guard let share = share(of: part, shard: shard, of: shards) else {
        throw PlacementError(parameter: parameter, axis: self, shards: shards, reason: .uneven)
      }
      ranges.append(start + share.lowerBound..<start + share.upperBound)
      start += part
    }
    return ranges.merged()
  }

  /// Whether parts, unit and size fit each other.
  private var isCuttable: Bool {
    unit > 0 && size >= 0 && !parts.isEmpty && parts.allSatisfy { $0 >= 0 && $0 % unit == 0 }
      && parts.reduce(0, +) == size
  }

  /// The range of a part of `length` elements, counted from its start; `nil` if it does not divide.
  private func share(of length: Int, shard: Int, of shards: Int) -> Range<Int>? {
    let units = length / unit
    if units % shards == 0 {
      let share = units / shards * unit
      return shard * share..<(shard + 1) * share
    }
    guard sharesUnits, units > 0, shards % units == 0 else { return nil }
    let first = shard * units / shards * unit
    return first..<first + unit
  }

  /// The numbers of shards, in order, among which this axis can be cut without copies.
  var divisors: [Int] {
    guard isCuttable else { return [1] }
    let common = parts.reduce(0) { greatestCommonDivisor($0, $1 / unit) }
    return (1...max(common, 1)).filter { common % $0 == 0 }
  }
}

extension [Range<Int>] {
  /// These ranges in order, without the empty ones and with neighbours that touch made one.
  func merged() -> [Range<Int>] {
    reduce(into: []) { joined, range in
      if range.isEmpty { return }
      if let last = joined.last, last.upperBound == range.lowerBound {
        joined[joined.count - 1] = last.lowerBound..<range.upperBound
      } else {
        joined.append(range)
      }
    }
  }

  /// How many indices they hold together.
  var total: Int { reduce(0) { $0 + $1.count } }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
