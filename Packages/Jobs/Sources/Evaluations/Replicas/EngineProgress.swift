/// What forward passes have computed, or have to, in the units that take time.
public struct EngineWork: Sendable, Equatable {
  /// Forward passes; of work that is planned, none are counted.
  public var passes = 0
  /// Tokens that are read: nodes of the prefix trie.
  public var tokensRead = 0
  /// Positions whose distribution is scored.
  public var positionsScored = 0
  /// Positions that the tokens which are read or generated attend to, each one's own among them.
  public var positionsAttended = 0
  /// Tokens that are generated, of answers that have ended and of those that have not; of work that is planned, the most.
  public var tokensGenerated = 0

  public init(
    passes: Int = 0, tokensRead: Int = 0, positionsScored: Int = 0, positionsAttended: Int = 0,
    tokensGenerated: Int = 0
  ) {
    self.passes = passes
    self.tokensRead = tokensRead
    self.positionsScored = positionsScored
    self.positionsAttended = positionsAttended
    self.tokensGenerated = tokensGenerated
  }

  /// The five numbers, in the order of their declaration.
  var counts: [Int] { [passes, tokensRead, positionsScored, positionsAttended, tokensGenerated] }

  /// What `work` has more of than `other`: of each kind nothing at least.
  static func - (work: EngineWork, other: EngineWork) -> EngineWork {
    EngineWork(
      passes: max(work.passes - other.passes, 0), tokensRead: max(work.tokensRead - other.tokensRead, 0),
      positionsScored: max(work.positionsScored - other.positionsScored, 0),
      positionsAttended: max(work.positionsAttended - other.positionsAttended, 0),
      tokensGenerated: max(work.tokensGenerated - other.tokensGenerated, 0))
  }

  static func += (work: inout EngineWork, other: EngineWork) {
    work.passes += other.passes
    work.tokensRead += other.tokensRead
    work.positionsScored += other.positionsScored
    work.positionsAttended += other.positionsAttended
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
  /// Generated answers, by the rules that end them.
  var answers: [AnswerRules: Answers] = [:]
  /// How many answers are generated in one pass of all replicas at most.
  let sideBySide: Int
  let replicas: Int

  /// - Parameter sideBySide: How many answers a replica generates in one pass at most.
  public init(_ plan: Plan, sideBySide: Int, replicas: Int = 1) {
    self.sideBySide = sideBySide * replicas
    self.replicas = replicas
    requests = plan.requests.count
    planned = EngineWork(
      tokensRead: plan.tokensComputed, positionsScored: plan.positionsScored,
      positionsAttended: plan.positionsAttended, tokensGenerated: plan.tokensGenerated)
    for case .generate(let request) in plan.requests where request.limit > 0 {
      answers[AnswerRules(request), default: Answers()].add(prompt: request.prompt.count)
    }
  }

  /// Counts what a pass has computed.
  mutating func add(_ results: PassResults, of plan: Plan) {
    done += results.work
    for (index, generation) in results.generations {
      guard case .generate(let request) = plan.requests[index] else { continue }
      let length = generation.ids.count + (generation.stop == nil ? 0 : 1)
      answers[AnswerRules(request)]?.end(index, after: length)
    }
    for index in results.underWay {
      guard case .generate(let request) = plan.requests[index] else { continue }
      answers[AnswerRules(request)]?.extend(index)
    }
  }
}

extension EngineProgress {
  /// Tokens that are computed: read or generated.
  public var tokens: Int { done.tokensRead + done.tokensGenerated }
}
