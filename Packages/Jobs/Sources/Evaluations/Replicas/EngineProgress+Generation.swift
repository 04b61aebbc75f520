import Foundation

/// What is yet to be generated.
struct GenerationLeft {
  var tokens = 0.0
  /// Forward passes that generate, one token of each answer that is under way.
  var passes = 0.0

  static func += (sum: inout GenerationLeft, other: GenerationLeft) {
    sum.tokens += other.tokens
    sum.passes += other.passes
  }
}

extension EngineProgress {
  /// The least and the most that is yet to be generated.
  ///
  /// Until twenty answers of a limit have ended, or all, the rest may have no token or as many as the limit. From then on
  /// an answer is taken to end at each token with one probability: the ends so far over the tokens so far, of answers that
  /// have ended and of those that have not. The mean of those that have ended alone would be too short, because short ones
  /// end first.
  ///
  /// - Parameter sideBySide: How many answers are generated in one pass at most.
  func generationLeft(sideBySide: Int) -> (least: GenerationLeft, most: GenerationLeft) {
    var (least, most) = (GenerationLeft(), GenerationLeft())
    let open = answers.values.reduce(0) { $0 + $1.open }
    guard open > 0 else { return (least, most) }
    // Answers under way have some of their tokens; which limit they have is not known, so each limit has its share.
    let begun = Double(max(done.tokensGenerated - answers.values.reduce(0) { $0 + $1.tokensOfEnded }, 0))
    let share = Double(min(sideBySide, open)) / Double(open)
    for (limit, answers) in answers where answers.open > 0 {
      let group = OpenAnswers(
        count: Double(answers.open), underWay: share * Double(answers.open), limit: Double(limit),
        begun: begun * Double(answers.open) / Double(open))
      let isKnown = answers.ended >= Self.enoughAnswers
      let rate = isKnown ? Double(answers.ended) / (Double(answers.tokensOfEnded) + group.begun) : 0
      let left = group.left(endingAt: min(rate, 1), sideBySide: Double(sideBySide))
      most += left
      if isKnown { least += left }
    }
    return (least, most)
  }

  private static let enoughAnswers = 20
}

/// Answers of one limit that have not ended.
private struct OpenAnswers {
  let count: Double
  let underWay: Double
  let limit: Double
  /// Tokens that those under way have together.
  let begun: Double

  /// - Parameter rate: The probability of an end at each token.
  func left(endingAt rate: Double, sideBySide: Double) -> GenerationLeft {
    let room = max(limit - begun / max(underWay, 1), 0)
    let others = (count - underWay) * Self.length(limit, rate)
    let tokens = underWay * Self.length(room, rate) + others
    // The longest of those that are left when no other begins: of n, the expectation is the n-th harmonic number.
    let longest = rate > 0 ? min((log(max(underWay, 1)) + 0.5772) / rate, room) : room
    return GenerationLeft(tokens: tokens, passes: max(others / sideBySide + longest, tokens / sideBySide))
  }

  /// The expected number of tokens of an answer that may have `room`.
  private static func length(_ room: Double, _ rate: Double) -> Double {
    rate > 0 ? -expm1(-rate * room) / rate : room
  }
}
