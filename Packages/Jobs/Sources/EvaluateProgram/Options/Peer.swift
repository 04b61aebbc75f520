import ArgumentParser
import Jobs

/// The tools whose files and quirks can be asked for.
enum Peer: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// lm-evaluation-harness
  case harness = "lm-eval"

  /// Its form of results.
  var form: ResultForm { .harness }
}
