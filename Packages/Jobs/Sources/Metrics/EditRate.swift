import Templating

/// How many words have to be inserted, deleted, replaced or shifted, a hundred words of the reference.
///
/// - Source: Snover et al. 2006, *A Study of Translation Edit Rate*; sacrebleu 2, `corpus_ter` with its defaults.
public struct EditRate: CorpusScore {
  public init() {}

  /// The fewest edits, and the mean length of the references.
  public func statistics(of hypothesis: String, references: [String]) -> [Double] {
    let own = Self.prepared(hypothesis)
    let others = references.map(Self.prepared)
    let edits = others.map { ShiftSearch(own, $0).edits }
    return [
      Double(edits.min() ?? 0), Double(others.reduce(0) { $0 + $1.count }) / Double(max(others.count, 1)),
    ]
  }

  /// More than 100 where the edits outnumber the words.
  public func score(_ statistics: [Double]) -> Double {
    guard statistics.count == 2 else { return 0 }
    if statistics[1] > 0 { return 100 * (statistics[0] / statistics[1]) }
    return statistics[0] > 0 ? 100 : 0
  }

  private static func prepared(_ text: String) -> [Word] { words(PythonText.lower(text)) }
}

/// Tercom's search for the shifts that save the most edits.
private struct ShiftSearch {
  let reference: [Word]
  private(set) var edits = 0
  private var checked = 0

  private static let longest = 10
  private static let farthest = 50
  private static let mostChecked = 1000

  private struct Candidate {
    var saved: Int
    var length: Int
    var start: Int
    var target: Int
    var words: [Word]

    /// More saved edits, then longer, then earlier from, then earlier to, then the greater words.
    func isBetter(than other: Candidate) -> Bool {
      if saved != other.saved { return saved > other.saved }
      if length != other.length { return length > other.length }
      if start != other.start { return start < other.start }
      if target != other.target { return target < other.target }
      return other.words.lexicographicallyPrecedes(words)
    }
  }

  init(_ hypothesis: [Word], _ reference: [Word]) {
    self.reference = reference
    guard !reference.isEmpty else {
      edits = hypothesis.count
      return
    }
    var words = hypothesis
    var shifts = 0
    while true {
      let best = bestShift(of: words)
      guard checked < Self.mostChecked, let best, best.saved > 0 else { break }
      shifts += 1
      words = best.words
    }
    edits = shifts + BeamedDistance(words, reference).distance
  }

  private mutating func bestShift(of words: [Word]) -> Candidate? {
    let before = BeamedDistance(words, reference)
    let alignment = Alignment(before.operations)
    var best: Candidate?
    search: for (start, place, length) in pairs(words) {
      guard alignment.hypothesisErrors[start..<start + length].contains(true),
        alignment.referenceErrors[place..<place + length].contains(true),
        !(start..<start + length).contains(alignment.positions[place])
      else { continue }
      var previous = -1
      for offset in -1..<length {
        guard place + offset == -1 || alignment.positions.indices.contains(place + offset) else { break }
        let target = place + offset == -1 ? 0 : alignment.positions[place + offset] + 1
        guard target != previous else { continue }
        previous = target
        let shifted = Self.shifted(words, start, length, target)
        let saved = before.distance - BeamedDistance(shifted, reference).distance
        let candidate = Candidate(saved: saved, length: length, start: start, target: target, words: shifted)
        checked += 1
        if best.map({ candidate.isBetter(than: $0) }) ?? true { best = candidate }
      }
      if checked >= Self.mostChecked { break search }
    }
    return best
  }

  /// Equal runs of words: where they begin in the hypothesis and in the reference, and how long they are.
  private func pairs(_ words: [Word]) -> [(Int, Int, Int)] {
    var pairs: [(Int, Int, Int)] = []
    for start in words.indices {
      for place in reference.indices where abs(place - start) <= Self.farthest {
        var length = 0
        while length < Self.longest, start + length < words.count, place + length < reference.count,
          words[start + length] == reference[place + length]
        {
          length += 1
          pairs.append((start, place, length))
        }
      }
    }
    return pairs
  }

  private static func shifted(_ words: [Word], _ start: Int, _ length: Int, _ target: Int) -> [Word] {
    let end = start + length
    var rest = words
    rest.removeSubrange(start..<end)
    // Where the run goes once it is taken out: as sacrebleu has it, also for a target within it.
    let place = target < start ? target : target > end ? target - length : min(target, rest.count)
    rest.insert(contentsOf: words[start..<end], at: place)
    return rest
  }
}

/// Which word of the hypothesis stands for each of the reference, and which words are wrong.
private struct Alignment {
  /// By the position in the reference; -1 before the first word.
  private(set) var positions: [Int] = []
  private(set) var referenceErrors: [Bool] = []
  private(set) var hypothesisErrors: [Bool] = []

  init(_ operations: [BeamedDistance.Operation]) {
    var position = -1
    for operation in operations {
      let isError = operation != .keep
      switch operation {
      case .keep, .replace:
        position += 1
        positions.append(position)
        hypothesisErrors.append(isError)
        referenceErrors.append(isError)
      case .delete:
        position += 1
        hypothesisErrors.append(true)
      case .insert:
        positions.append(position)
        referenceErrors.append(true)
      }
    }
  }
}
