/// What one forward pass computed for the requests of a plan.
struct PassResults: Sendable {
  /// Scores of consecutive targets of the plan, from index `first` on.
  struct Run: Sendable, Equatable {
    var first: Int
    var scores: [Score]
  }

  /// At one target: the log-probability of its id in nats, and the most probable id.
  struct Score: Sendable, Equatable {
    var logProbability: Float
    var argmax: Int32
  }

  var runs: [Run] = []
  /// Generations that ended, by request.
  var generations: [(request: Int, result: Generation)] = []
  /// Requests whose generation got a token and goes on.
  var underWay: [Int] = []
  /// What the pass took.
  var work = EngineWork()
}
