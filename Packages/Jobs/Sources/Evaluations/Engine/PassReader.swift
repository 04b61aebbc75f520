import Models
import TensorCore

/// Reads scores and next ids from the hidden rows of a forward pass.
struct PassReader<Model: LanguageModel> {
  let plan: Plan
  let model: Model

  /// - Parameters:
  ///   - scheduled: What the pass computed.
  ///   - hidden: The pass's rows `[tokens, width]`.
  func results(of scheduled: ScheduledPass, _ hidden: Tensor, _ pass: ForwardPass) throws -> PassResults {
    let generations = scheduled.generations
    let greedy = generations.filter(\.isGreedy)
    var batch = TargetBatch()
    for span in scheduled.spans {
      batch.append(plan.targets(of: span.nodes), shift: span.firstRow - span.nodes.lowerBound)
    }
    let firstGreedy = batch.rows.count
    for generation in greedy { batch.append(row: generation.row) }
    var results = PassResults()
    let next = NextIDReader(model: model)
    if !batch.rows.isEmpty {
      let found = try model.score(hidden.gatheringRows(batch.rows), targets: batch.targets, pass)
      results.runs = batch.runs(found)
      try next.accept(found, from: firstGreedy, for: greedy)
    }
    let sampled = generations.filter { !$0.isGreedy }
    if !sampled.isEmpty {
      let rows = hidden.gatheringRows(sampled.map { Int32($0.row) })
      try next.accept(try model.unembed(rows, pass), for: sampled)
    }
    results.generations = generations.filter(\.isFinished).map { ($0.index, $0.result) }
    return results
  }
}

/// The rows of a pass that are unembedded, and the ids whose log-probabilities are read there: each row and each id of
/// it once.
private struct TargetBatch {
  private(set) var rows: [Int32] = []
  private(set) var targets = TargetLists(noneFor: 0)
  /// By target of the plan: the row and the id in this batch that hold its score.
  private var sources: [(row: Int, id: Int)] = []
  /// Which targets of the plan are in this batch, as ranges of their indices.
  private var indices: [Range<Int>] = []

  /// Adds a row of which only the most probable id is read.
  mutating func append(row: Int) {
    rows.append(Int32(row))
    targets.offsets.append(Int32(targets.ids.count))
  }

  /// - Parameter shift: From a node of the plan to a row of the pass.
  mutating func append(_ added: ArraySlice<Plan.Target>, shift: Int) {
    guard !added.isEmpty else { return }
    indices.append(added.indices)
    var last: Plan.Target?
    for target in added {
      if target.node != last?.node { append(row: target.node + shift) }
      if target.node != last?.node || target.id != last?.id { targets.ids.append(target.id) }
      targets.offsets[targets.rowCount] = Int32(targets.ids.count)
      sources.append((rows.count - 1, targets.ids.count - 1))
      last = target
    }
  }

  func runs(_ found: RowScores) -> [PassResults.Run] {
    var rest = sources[...]
    return indices.map { range in
      defer { rest = rest.dropFirst(range.count) }
      return PassResults.Run(
        first: range.lowerBound,
        scores: rest.prefix(range.count).map { source in
          PassResults.Score(
            logProbability: found.targetLogProbabilities[source.id], argmax: found.argmax[source.row])
        })
    }
  }
}
