extension Sampling {
  /// Ids in the order of their weights, heaviest first and equal ones by id, found one by one.
  ///
  /// A binary heap: making it takes the vocabulary's size, each id its logarithm. Where few ids are wanted, as of a
  /// distribution's top, that is far less than sorting all.
  struct Descending {
    private let weights: [Double]
    private var heap: [Int]

    init(_ weights: [Double]) {
      self.weights = weights
      heap = Array(weights.indices)
      for parent in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(parent) }
    }

    /// The next id; `nil` after the last.
    mutating func next() -> Int? {
      guard let first = heap.first else { return nil }
      let last = heap.removeLast()
      if !heap.isEmpty {
        heap[0] = last
        sink(0)
      }
      return first
    }

    private func precedes(_ first: Int, _ second: Int) -> Bool {
      (-weights[first], first) < (-weights[second], second)
    }

    private mutating func sink(_ place: Int) {
      var parent = place
      while true {
        var child = 2 * parent + 1
        guard child < heap.count else { return }
        if child + 1 < heap.count, precedes(heap[child + 1], heap[child]) { child += 1 }
        guard precedes(heap[child], heap[parent]) else { return }
        heap.swapAt(parent, child)
        parent = child
      }
    }
  }
}
