import Basics
import Evaluations

/// The log-probabilities of one token, as clients compare them.
///
/// A client takes a token for the most probable one where its own log-probability equals the largest of the top. So a token
/// that is the most probable has the same number in both places, and one that is not is smaller than the top's first, also
/// where both round to the same float32.
struct TokenLogProbabilities: Sendable {
  let id: Int32
  let own: Double
  /// The most probable first.
  let top: [(id: Int32, logProbability: Double)]

  /// - Parameter argmax: The most probable id, where it is known.
  init(id: Int32, logProbability: Float, top: [TopToken], count: Int) {
    let own = Double(logProbability)
    self.id = id
    self.own = own
    let isFirst = top.first.map { $0.id == id } ?? true
    self.top = top.prefix(count).enumerated().map { index, token in
      guard token.id != id else { return (id, own) }
      let value = Double(token.logProbability)
      return (token.id, index == 0 && !isFirst ? max(value, own.nextUp) : value)
    }
  }

  init(_ score: PositionScore, id: Int32, count: Int) {
    self.init(id: id, logProbability: score.score.logProbability, top: score.top, count: count)
  }

  init(_ token: GeneratedToken, count: Int) {
    self.init(id: token.id, logProbability: token.logProbability, top: token.top, count: count)
  }
}
