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
    for span in scheduled.spans { batch.append(span, of: plan) }
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
    results.underWay = generations.filter { !$0.isFinished }.map(\.index)
    return results
  }
}
