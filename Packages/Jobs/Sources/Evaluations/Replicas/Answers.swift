/// What ends an answer: requests of one task have the same, and answers of like length.
struct AnswerRules: Hashable {
  /// The most tokens of an answer; at least 1.
  let limit: Int
  let stops: Set<Int32>
  let stopTexts: [String]

  init(_ request: GenerateRequest) {
    (limit, stops, stopTexts) = (request.limit, request.stops, request.stopTexts)
  }
}

/// Generated answers that the same rules end.
///
/// An answer's length is in tokens, with the one that ended it where there is one.
struct Answers: Equatable {
  private(set) var count = 0
  /// Tokens of all prompts.
  private(set) var promptTokens = 0
  /// By length: how many have ended so.
  private(set) var ended: [Int: Int] = [:]
  private(set) var endedCount = 0
  /// By request: the length so far of an answer that is under way.
  private(set) var underWay: [Int: Int] = [:]

  /// Answers that have not ended, begun or not.
  var open: Int { count - endedCount }
  /// Answers whose prompts are not read yet.
  var waiting: Int { max(open - underWay.count, 0) }

  mutating func add(prompt: Int) {
    count += 1
    promptTokens += prompt
  }

  /// An answer has one token more.
  mutating func extend(_ request: Int) { underWay[request, default: 0] += 1 }

  mutating func end(_ request: Int, after length: Int) {
    underWay[request] = nil
    ended[length, default: 0] += 1
    endedCount += 1
  }
}
