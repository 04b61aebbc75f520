/// The ids that the next one is drawn from.
struct Candidates {
  /// By id, the probability up to a factor.
  let weights: [Double]
  private var order: DescendingOrder
  /// How many of the descending order are left; `nil` for all ids, which then stand in their own order.
  private var count: Int?

  init(_ weights: [Double]) {
    self.weights = weights
    order = DescendingOrder()
  }

  /// The id at a place of the descending order; `nil` beyond those that are left.
  mutating func id(at place: Int) -> Int? {
    guard place < count ?? weights.count else { return nil }
    return order.id(at: place, of: weights)
  }

  /// Leaves the first of the descending order.
  ///
  /// - Precondition: There are as many.
  mutating func keep(first count: Int) {
    if count < self.count ?? Int.max { self.count = count }
  }

  /// The sum over those that are left, in their order.
  var totalWeight: Double {
    count == nil ? weights.reduce(0, +) : ids.reduce(0) { $0 + weights[$1] }
  }

  /// Those that are left, in their order.
  private var ids: ArraySlice<Int> { order.ids.prefix(count ?? 0) }

  /// The ids that are left, each with its probability.
  var probabilities: [(id: Int, probability: Double)] {
    let (total, left) = (totalWeight, count == nil ? Array(weights.indices) : Array(ids))
    return left.map { ($0, weights[$0] / total) }
  }

  /// The first id whose weight and those before it sum to more than a share of all.
  ///
  /// - Parameter uniform: The share, at least 0 and below 1.
  func draw(_ uniform: Double) -> Int {
    count == nil ? draw(from: weights.indices, uniform) : draw(from: ids, uniform)
  }

  private func draw(from ids: some BidirectionalCollection<Int>, _ uniform: Double) -> Int {
    let target = uniform * totalWeight
    var sum = 0.0
    for id in ids {
      sum += weights[id]
      if sum > target { return id }
    }
    return ids.last ?? 0
  }
}

/// Ids in the order of their weights, heaviest first and equal ones by id, as far as they were asked for.
///
/// Weights are at most 1. Those above a bound are collected and sorted; the bound falls until enough are in order. The
/// beginning of a distribution takes a few looks at its weights, where sorting them all takes their logarithm.
struct DescendingOrder {
  private(set) var ids: [Int] = []
  /// All weights of at least this are in ``ids``.
  private var bound = Double.infinity
  private static let fall = 1.0 / 32

  /// The id at a place; `nil` beyond the last.
  mutating func id(at place: Int, of weights: [Double]) -> Int? {
    while place >= ids.count, ids.count < weights.count { extend(weights) }
    return place < ids.count ? ids[place] : nil
  }

  private mutating func extend(_ weights: [Double]) {
    let upper = bound
    // The heaviest weighs 1. What is left at last has no weight, or is no number.
    let lower = upper == .infinity ? Self.fall : upper * Self.fall
    let isLast = lower == 0
    bound = lower
    var next: [Int] = []
    if isLast {
      let known = Set(ids)
      next = weights.indices.filter { !known.contains($0) }
    } else {
      for id in weights.indices where weights[id] >= lower && weights[id] < upper { next.append(id) }
    }
    next.sort { (weights[$1], $0) < (weights[$0], $1) }
    ids += next
  }
}
