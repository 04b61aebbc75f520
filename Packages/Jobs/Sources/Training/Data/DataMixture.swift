internal import TensorCore

/// The sequences of several data sets, each as often as its rate, in an order that a seed determines.
///
/// Sequence k of a run comes from the data set that is furthest behind its rate, the first of equals. Of each data set
/// every sequence of an epoch is read once, in the order of a ``Permutation`` that the seed, the data set's place and the
/// epoch name. So what the run reads in update u is a function of the seed and u, and of nothing that a run remembers:
/// replicas and micro-batches only cut it.
public struct DataMixture: Sendable {
  private let sources: [any RowSource]
  private let rates: [Double]
  private let key: RandomKey
  /// The next sequence of the run, and how many of each data set were before it.
  private var position = 0
  private var taken: [Int]

  /// - Parameter rates: One a source; they sum to 1.
  /// - Throws: ``TrainingError`` for rates that are none.
  public init(_ sources: [any RowSource], rates: [Double], seed: UInt64) throws(TrainingError) {
    precondition(sources.count == rates.count && !sources.isEmpty, "a rate for each data set")
    let sum = rates.reduce(0, +)
    guard rates.allSatisfy({ $0 >= 0 && $0.isFinite }), abs(sum - 1) <= 1e-6 else {
      throw TrainingError(.rates(sum: sum))
    }
    self.sources = sources
    self.rates = rates
    key = RandomKey(seed: seed).folded(Self.purpose)
    taken = Array(repeating: 0, count: sources.count)
  }

  /// Separates the draws of the order from those of initialisation and of dropout.
  private static let purpose: UInt64 = 0xDA7A

  /// Goes to sequence `position` of the run.
  public mutating func move(to position: Int) {
    if position < self.position {
      self.position = 0
      taken = Array(repeating: 0, count: sources.count)
    }
    while self.position < position { _ = advance() }
  }

  /// The next `count` sequences, of which only those in `kept` are read.
  public mutating func next(_ count: Int, keeping kept: Range<Int>? = nil) throws(TrainingError)
    -> [TrainingRow]
  {
    var rows: [TrainingRow] = []
    for index in 0..<count {
      let (source, number) = advance()
      if kept?.contains(index) ?? true { rows.append(try row(number, of: source)) }
    }
    return rows
  }

  /// The data set of the next sequence, and how many of its sequences were before.
  private mutating func advance() -> (source: Int, number: Int) {
    position += 1
    var chosen = 0
    var largest = -Double.infinity
    for source in rates.indices where rates[source] > 0 {
      let behind = rates[source] * Double(position) - Double(taken[source])
      if behind > largest { (chosen, largest) = (source, behind) }
    }
    taken[chosen] += 1
    return (chosen, taken[chosen] - 1)
  }

  private func row(_ number: Int, of source: Int) throws(TrainingError) -> TrainingRow {
    let count = sources[source].trainingCount
    let epoch = key.folded(UInt64(source)).folded(UInt64(number / count))
    let index = Permutation(count: count, key: epoch.folded(0))[number % count]
    return try sources[source].trainingRow(index, epoch: epoch.folded(1))
  }

  /// The fixed sequences to validate with: of each data set its share, spread evenly over what it holds out.
  ///
  /// - Parameter count: How many; all that are held out where it is not positive or there are not more.
  public func validation(_ count: Int) throws(TrainingError) -> [TrainingRow] {
    var rows: [TrainingRow] = []
    for (source, rate) in zip(sources, rates) where rate > 0 {
      let held = source.validationCount
      let wanted = count > 0 ? min(held, Int((rate * Double(count)).rounded())) : held
      for index in 0..<wanted { rows.append(try source.validationRow(index * held / wanted)) }
    }
    return rows
  }
}
