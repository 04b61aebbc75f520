/// Collects the results of passes until all requests of a plan have a response.
struct ResponseCollector: Sendable {
  let plan: Plan
  private var scores: [[TokenScore]]
  /// By request: scored positions without a score yet.
  private var missing: [Int]
  private var generations: [Int: Generation] = [:]
  /// Requests that have a response which is not taken yet.
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
  mutating func takeCompleted() -> [(index: Int, response: Response)] {
    defer { completed = [] }
    return completed.map { ($0, response($0)) }
  }

  mutating func add(_ results: PassResults) {
    for run in results.runs {
      for (index, score) in zip(run.first..., run.scores) { add(score, at: plan.targets[index]) }
    }
    for (request, result) in results.generations { complete(request, result) }
  }

  private mutating func add(_ score: PassResults.Score, at target: Plan.Target) {
    let request = Int(target.request)
    scores[request][Int(target.offset)] = TokenScore(
      logProbability: score.logProbability, argmax: score.argmax, isGreedy: score.argmax == target.id)
    missing[request] -= 1
    if missing[request] == 0 { completed.append(request) }
  }

  private mutating func complete(_ request: Int, _ generation: Generation) {
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

extension ResponseCollector {
  /// All results, for ranks that computed a part of them.
  var results: PassResults {
    var results = PassResults()
    results.runs = [
      PassResults.Run(
        first: 0,
        scores: plan.targets.map { target in
          let score = scores[Int(target.request)][Int(target.offset)]
          return PassResults.Score(logProbability: score.logProbability, argmax: score.argmax)
        })
    ]
    results.generations = generations.keys.sorted().map { ($0, generations[$0]!) }
    return results
  }
}
