/// What one pass says about the requests of a plan.
struct Findings: Sendable {
  /// Scores of asks that follow each other in the plan's order, from number `first` on.
  struct Run: Sendable, Equatable {
    var first: Int
    var scores: [Score]
  }

  /// What stood at a row: of the asked id in nats, and the most probable id.
  struct Score: Sendable, Equatable {
    var logProbability: Float
    var argmax: Int32
  }

  var runs: [Run] = []
  /// Those that ended, by request.
  var generations: [(request: Int, result: Generation)] = []

  var isEmpty: Bool { runs.isEmpty && generations.isEmpty }
}
