internal import Sharding
internal import TensorCore

/// Which slice of which tensor each rank has brought, known to all before one of them is gathered.
struct ShardLayout: Sendable {
  /// For each rank of replica 0 its slices, in the order of the tensors.
  private let slices: [[TensorSlice]]

  /// Ranks exchange what they hold.
  ///
  /// - Throws: ``CheckpointError``, the same one on every rank, if they do not hold the same tensors, or not all of one.
  init(_ shards: [TensorShard], on communicator: any Communicator) throws {
    let numbers = shards.flatMap(\.slice.numbers)
    let gathered = try communicator.allGather(
      Tensor(numbers, shape: [numbers.count]), named: "slices of the checkpoint")
    slices = try gathered.prefix(communicator.mesh.shard).map { tensor in
      var numbers = tensor.int32s[...]
      var slices: [TensorSlice] = []
      while let slice = TensorSlice(numbers: &numbers) { slices.append(slice) }
      guard slices.map(\.whole) == shards.map(\.slice.whole), numbers.isEmpty else {
        throw CheckpointError(.otherTensors, at: "")
      }
      return slices
    }
    for (number, shard) in shards.enumerated() {
      guard slices.contains(where: { $0[number].isWhole }) || coversAll(number) else {
        throw CheckpointError(.incompleteSlices(tensor: shard.name, shape: shard.slice.whole), at: "")
      }
    }
  }

  /// Whether each rank holds all of the tensor, so that none has to send it.
  func isWhole(_ number: Int) -> Bool { slices.allSatisfy { $0[number].isWhole } }

  /// The slices of a tensor, one a rank of replica 0.
  subscript(number: Int) -> [TensorSlice] { slices.map { $0[number] } }

  /// Whether the slices hold every element, by the products that they are: along one axis each rank has some ranges, along the
  /// others all have the same.
  private func coversAll(_ number: Int) -> Bool {
    let parts = self[number]
    guard let first = parts.first else { return false }
    let cut = first.ranges.indices.filter { axis in
      parts.contains { $0.ranges[axis] != [0..<first.whole[axis]] }
    }
    guard cut.count <= 1, let axis = cut.first else { return cut.isEmpty }
    let ranges = parts.flatMap { $0.ranges[axis] }.sorted { $0.lowerBound < $1.lowerBound }
    var end = 0
    for range in ranges where range.upperBound > end {
      guard range.lowerBound <= end else { return false }
      end = range.upperBound
    }
    return end == first.whole[axis]
  }
}

extension TensorSlice {
  /// Lengths and ranges as numbers: the rank; then for each axis its length, how many ranges, and their bounds.
  fileprivate var numbers: [Int32] {
    [Int32(whole.count)]
      + zip(whole, ranges).flatMap { length, list in
        [Int32(length), Int32(list.count)] + list.flatMap { [Int32($0.lowerBound), Int32($0.upperBound)] }
      }
  }

  /// Takes a slice from the front of what ``numbers`` gave.
  fileprivate init?(numbers: inout ArraySlice<Int32>) {
    guard let rank = numbers.popFirst() else { return nil }
    var whole: [Int] = []
    var ranges: [[Range<Int>]] = []
    for _ in 0..<rank {
      guard let length = numbers.popFirst(), let count = numbers.popFirst() else { return nil }
      whole.append(Int(length))
      var list: [Range<Int>] = []
      for _ in 0..<count {
        guard let first = numbers.popFirst(), let end = numbers.popFirst() else { return nil }
        list.append(Int(first)..<Int(end))
      }
      ranges.append(list)
    }
    self.init(of: whole, ranges: ranges)
  }
}
