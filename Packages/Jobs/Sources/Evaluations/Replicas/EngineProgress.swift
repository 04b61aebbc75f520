/// What forward passes have computed, or have to, in the units that take time.
public struct EngineWork: Sendable, Equatable {
  /// Forward passes; of work that is planned, none are counted.
  public var passes = 0
  /// Tokens that are read: nodes of the prefix trie.
  public var tokensRead = 0
  /// Positions whose distribution is scored.
  public var positionsScored = 0
  /// Tokens that are generated, of answers that have ended and of those that have not; of work that is planned, the most.
  public var tokensGenerated = 0

  public init(passes: Int = 0, tokensRead: Int = 0, positionsScored: Int = 0, tokensGenerated: Int = 0) {
    self.passes = passes
    self.tokensRead = tokensRead
    self.positionsScored = positionsScored
    self.tokensGenerated = tokensGenerated
  }

  /// The four numbers, in the order of their declaration.
  var counts: [Int] { [passes, tokensRead, positionsScored, tokensGenerated] }

  static func += (work: inout EngineWork, other: EngineWork) {
    work.passes += other.passes
    work.tokensRead += other.tokensRead
    work.positionsScored += other.positionsScored
    work.tokensGenerated += other.tokensGenerated
  }
}

/// How far an engine is with the requests of one call.
public struct EngineProgress: Sendable, Equatable {
  /// How many requests have a response, and how many there are.
  public var completed = 0
  public var requests = 0
  /// What all replicas have computed.
  public var done = EngineWork()
  /// What there is to compute in all.
  public var planned: EngineWork
  /// By the limit of tokens that a request sets: its answers.
  public var answers: [Int: Answers]

  /// Generated answers that may have the same number of tokens.
  public struct Answers: Sendable, Equatable {
    public var count = 0
    public var ended = 0
    /// Tokens of those that have ended, with the one that ended them where there is one.
    public var tokensOfEnded = 0

    var open: Int { count - ended }
  }

  /// How many answers are generated in one pass at most.
  let sideBySide: Int

  /// - Parameter sideBySide: How many answers are generated in one pass at most.
  public init(_ plan: Plan, sideBySide: Int) {
    self.sideBySide = sideBySide
    requests = plan.requests.count
    planned = EngineWork(
      tokensRead: plan.tokensComputed, positionsScored: plan.positionsScored,
      tokensGenerated: plan.tokensGenerated)
    answers = [:]
    for case .generate(let request) in plan.requests where request.limit > 0 {
      answers[request.limit, default: Answers()].count += 1
    }
  }

  /// Counts what a pass has computed.
  mutating func add(_ results: PassResults, of plan: Plan) {
    done += results.work
    for (index, generation) in results.generations {
      guard case .generate(let request) = plan.requests[index] else { continue }
      answers[request.limit]?.ended += 1
      answers[request.limit]?.tokensOfEnded += generation.ids.count + (generation.stop == nil ? 0 : 1)
    }
  }
}

extension EngineProgress {
  /// Tokens that are computed: read or generated.
  public var tokens: Int { done.tokensRead + done.tokensGenerated }

  /// Tokens in all, as far as is known: the middle of what may be.
  public var totalTokens: Int {
    let left = generationLeft(sideBySide: sideBySide)
    let between = (left.least.tokens + left.most.tokens) / 2
    return planned.tokensRead + done.tokensGenerated + Int(between.rounded())
  }
}
