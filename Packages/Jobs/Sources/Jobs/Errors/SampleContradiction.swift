/// What a recorded sample holds that no model answers; requests are counted from 0.
public enum SampleContradiction: Sendable, Equatable {
  /// A log-probability above zero.
  case positive(request: Int, token: Int, Float)
  /// A token that is more probable than all others together, where the most probable one is another.
  case argmax(request: Int, token: Int, Float)
  /// Another sum of a request's log-probabilities than the one that is recorded.
  case sum(request: Int, Double, recorded: Double?)
  /// So many log-probabilities of so many tokens.
  case tokens(request: Int, count: Int, logProbabilities: Int)
  /// More tokens than the request asked for.
  case limit(request: Int, count: Int, limit: Int)
  /// An end that is none of the request's.
  case stop(request: Int, Int)
  /// A number of a key that is below its least, or above its most.
  case number(key: String, found: Int, allowed: ClosedRange<Int>)

  var sentence: String {
    switch self {
    case .positive(let request, let token, let value):
      "token \(token) of request \(request) has the log-probability \(value), above 0"
    case .argmax(let request, let token, let value):
      "token \(token) of request \(request) has the log-probability \(value), so it is the most probable, and 'argmax' has another"
    case .sum(let request, let sum, let recorded):
      "'log_probabilities' of request \(request) sum to \(sum), 'log_likelihoods' has \(recorded.map { "\($0)" } ?? "nothing")"
    case .tokens(let request, let count, let found):
      "request \(request) has \(count) tokens and \(found) log-probabilities"
    case .limit(let request, let count, let limit):
      "request \(request) has \(count) tokens, and 'limit' is \(limit)"
    case .stop(let request, let id): "request \(request) has the 'stop' \(id), which is none of its 'stops'"
    case .number(let key, let found, let allowed):
      allowed.upperBound == .max
        ? "'\(key)' is \(found), below \(allowed.lowerBound)"
        : "'\(key)' is \(found), expected \(allowed.lowerBound) to \(allowed.upperBound)"
    }
  }
}
