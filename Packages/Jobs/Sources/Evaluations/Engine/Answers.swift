/// Collects what passes find until all requests of a plan are answered.
struct Answers: Sendable {
  let plan: Plan
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
  mutating func takeCompleted() -> [(index: Int, response: Response)] {
    defer { completed = [] }
    return completed.map { ($0, response($0)) }
  }

  mutating func add(_ findings: Findings) {
    for run in findings.runs {
      for (number, score) in zip(run.first..., run.scores) { answer(plan.asks[number], score) }
    }
    for (request, result) in findings.generations { complete(request, result) }
  }

  private mutating func answer(_ ask: Plan.Ask, _ score: Findings.Score) {
    let request = Int(ask.request)
    scores[request][Int(ask.offset)] = TokenScore(
      logProbability: score.logProbability, argmax: score.argmax, isGreedy: score.argmax == ask.target)
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

extension Answers {
  /// All that was found, for those who found only a part of it.
  var findings: Findings {
    var findings = Findings()
    findings.runs = [
      Findings.Run(
        first: 0,
        scores: plan.asks.map { ask in
          let score = scores[Int(ask.request)][Int(ask.offset)]
          return Findings.Score(logProbability: score.logProbability, argmax: score.argmax)
        })
    ]
    findings.generations = generations.keys.sorted().map { ($0, generations[$0]!) }
    return findings
  }
}
