import Models
import TensorCore

/// Reads what is asked of a pass from its hidden rows.
struct PassReader<Model: LanguageModel> {
  let plan: Plan
  let model: Model

  /// - Parameters:
  ///   - stretches: Where rows of the plan lie in the pass.
  ///   - generations: Those that choose their next id from a row of this pass.
  ///   - hidden: The pass's rows `[tokens, width]`.
  func findings(
    _ stretches: [TrieWalk.Stretch], _ generations: [ActiveGeneration], _ hidden: Tensor, _ pass: Pass
  ) throws -> Findings {
    let greedy = generations.filter(\.isGreedy)
    var questions = Questions()
    for stretch in stretches {
      questions.append(plan.asks(of: stretch.rows), shift: stretch.first - stretch.rows.lowerBound)
    }
    let firstGreedy = questions.rows.count
    for generation in greedy { questions.append(row: generation.row) }
    var findings = Findings()
    if !questions.rows.isEmpty {
      let found = try model.score(hidden.gatheringRows(questions.rows), targets: questions.targets, pass)
      findings.runs = questions.runs(found)
      for (row, generation) in zip(firstGreedy..., greedy) {
        try generation.accept(
          found.argmax[row], logProbability: found.argmaxLogit[row] - found.logSumExp[row])
      }
    }
    let sampled = generations.filter { !$0.isGreedy }
    if !sampled.isEmpty {
      let logits = try model.unembed(hidden.gatheringRows(sampled.map { Int32($0.row) }), pass)
      for (row, generation) in sampled.enumerated() {
        try generation.accept(logits: logits.rows(row..<row + 1).floats)
      }
    }
    findings.generations = generations.filter(\.isFinished).map { ($0.index, $0.result) }
    return findings
  }
}

/// Asks about rows of a pass, each row and each of its targets once.
private struct Questions {
  private(set) var rows: [Int32] = []
  private(set) var targets = TargetLists(noneFor: 0)
  /// By ask: the row and the target of the score that answers it.
  private var places: [(row: Int, target: Int)] = []
  /// The numbers of the asks, as far as they follow each other.
  private var asked: [Range<Int>] = []

  /// Adds a row of which only the most probable id is wanted.
  mutating func append(row: Int) {
    rows.append(Int32(row))
    targets.offsets.append(Int32(targets.ids.count))
  }

  /// - Parameter shift: From a row of the plan to one of the pass.
  mutating func append(_ asks: ArraySlice<Plan.Ask>, shift: Int) {
    guard !asks.isEmpty else { return }
    asked.append(asks.indices)
    var last: Plan.Ask?
    for ask in asks {
      if ask.row != last?.row { append(row: ask.row + shift) }
      if ask.row != last?.row || ask.target != last?.target { targets.ids.append(ask.target) }
      targets.offsets[targets.rowCount] = Int32(targets.ids.count)
      places.append((rows.count - 1, targets.ids.count - 1))
      last = ask
    }
  }

  func runs(_ found: RowScores) -> [Findings.Run] {
    var rest = places[...]
    return asked.map { asks in
      defer { rest = rest.dropFirst(asks.count) }
      return Findings.Run(
        first: asks.lowerBound,
        scores: rest.prefix(asks.count).map { place in
          Findings.Score(
            logProbability: found.targetLogProbabilities[place.target], argmax: found.argmax[place.row])
        })
    }
  }
}
