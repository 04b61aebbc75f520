import Models
import TensorCore

/// Collects what passes say about the requests of a plan.
final class Answers {
  private let plan: Plan
  private var scores: [[TokenScore]]
  /// By request: scored positions without an answer yet.
  private var missing: [Int]
  private var generations: [Int: Generation] = [:]
  /// Requests that are answered and not yet handed on.
  private var completed: [Int] = []

  init(_ plan: Plan) {
    self.plan = plan
    let blank = TokenScore(logProbability: 0, argmax: 0, isGreedy: false)
    scores = plan.requests.map { request in
      guard case .score(let request) = request else { return [] }
      return Array(repeating: blank, count: request.scored.count)
    }
    missing = scores.map(\.count)
    for (index, request) in plan.requests.enumerated() {
      switch request {
      case .score: if missing[index] == 0 { completed.append(index) }
      case .generate(let request) where request.limit < 1: complete(index, Generation())
      case .generate: break
      }
    }
  }

  /// In the order of the requests, all of which must be completed.
  var responses: [Response] { plan.requests.indices.map(response) }

  /// The requests that were completed since the last call.
  func takeCompleted() -> [(index: Int, response: Response)] {
    defer { completed = [] }
    return completed.map { ($0, response($0)) }
  }

  /// Reads from hidden rows what is asked of them.
  ///
  /// - Parameters:
  ///   - asks: About rows of the plan, by row and target.
  ///   - shift: From a row of the plan to one of the pass.
  ///   - generations: Those that choose their next id from a row of this pass.
  func take<Model: LanguageModel>(
    _ asks: ArraySlice<Plan.Ask>, shift: Int, _ generations: [ActiveGeneration], _ hidden: Tensor,
    _ model: Model, _ pass: Pass
  ) throws {
    let greedy = generations.filter(\.isGreedy)
    let sampled = generations.filter { !$0.isGreedy }
    var rows: [Int32] = []
    var targets = TargetLists(noneFor: 0)
    // Of each ask: the row and the target of the score that answers it.
    var places: [(row: Int, target: Int)] = []
    var last: Plan.Ask?
    for ask in asks {
      if ask.row != last?.row {
        rows.append(Int32(ask.row + shift))
        targets.offsets.append(Int32(targets.ids.count))
      }
      if ask.row != last?.row || ask.target != last?.target { targets.ids.append(ask.target) }
      targets.offsets[targets.rowCount] = Int32(targets.ids.count)
      places.append((rows.count - 1, targets.ids.count - 1))
      last = ask
    }
    let firstGreedy = rows.count
    for generation in greedy {
      rows.append(Int32(generation.row))
      targets.offsets.append(Int32(targets.ids.count))
    }
    if !rows.isEmpty {
      let found = try model.score(hidden.gatheringRows(rows), targets: targets, pass)
      for (ask, place) in zip(asks, places) {
        let argmax = found.argmax[place.row]
        answer(
          ask,
          TokenScore(
            logProbability: found.targetLogProbabilities[place.target], argmax: argmax,
            isGreedy: argmax == ask.target))
      }
      for (row, generation) in zip(firstGreedy..., greedy) {
        try generation.accept(
          found.argmax[row], logProbability: found.argmaxLogit[row] - found.logSumExp[row])
      }
    }
    if !sampled.isEmpty {
      let logits = try model.unembed(hidden.gatheringRows(sampled.map { Int32($0.row) }), pass)
      for (row, generation) in sampled.enumerated() {
        try generation.accept(logits: logits.rows(row..<row + 1).floats)
      }
    }
    for generation in generations where generation.isFinished {
      complete(generation.index, generation.result)
    }
  }

  private func answer(_ ask: Plan.Ask, _ score: TokenScore) {
    let request = Int(ask.request)
    scores[request][Int(ask.offset)] = score
    missing[request] -= 1
    if missing[request] == 0 { completed.append(request) }
  }

  private func complete(_ request: Int, _ generation: Generation) {
    generations[request] = generation
    completed.append(request)
  }

  private func response(_ index: Int) -> Response {
    switch plan.requests[index] {
    case .score: .score(scores[index])
    case .generate: .generation(generations[index]!)
    }
  }
}
