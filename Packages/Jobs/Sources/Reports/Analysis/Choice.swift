import Foundation

/// A choice that a model made among several continuations, by their summed log-likelihoods.
struct Choice: Sendable, Equatable {
  /// In nats, one for each option; there is one at least.
  var logLikelihoods: [Double]
  /// In characters.
  var lengths: [Int]
  /// The index of the right option, where it is known and one of them.
  var right: Int?

  /// The first of the most likely.
  var chosen: Int { logLikelihoods.indices.max { logLikelihoods[$0] < logLikelihoods[$1] } ?? 0 }

  /// The chosen option's part of the options' probability.
  var confidence: Double {
    let most = logLikelihoods[chosen]
    return 1 / logLikelihoods.reduce(0) { $0 + exp($1 - most) }
  }

  /// By how much the right option is likelier than the best of the others, in nats; negative where another was chosen.
  var margin: Double? {
    guard let right, logLikelihoods.count > 1 else { return nil }
    let others = logLikelihoods.indices.filter { $0 != right }.map { logLikelihoods[$0] }
    return others.max().map { logLikelihoods[right] - $0 }
  }
}
