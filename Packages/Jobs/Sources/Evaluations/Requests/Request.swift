/// A request to a model. There are two kinds, and every kind of evaluation reduces to them.
public enum Request: Sendable, Hashable {
  case score(ScoreRequest)
  case generate(GenerateRequest)

  /// The ids that are given: those of a sequence, or of a prompt.
  public var ids: [Int32] {
    switch self {
    case .score(let request): request.ids
    case .generate(let request): request.prompt
    }
  }

  /// Whether there is no token to score.
  public var isEmpty: Bool { if case .score(let request) = self { request.isEmpty } else { false } }
}

/// Requests the log-probability of each id from position `first` on, given all ids before it.
public struct ScoreRequest: Sendable, Hashable {
  public var ids: [Int32]
  /// The first position that is scored; the ids before it are context. At least 1.
  public var first: Int

  public init(ids: [Int32], from first: Int) {
    self.ids = ids
    self.first = max(first, 1)
  }

  /// How many ids the model reads for it: the last one is only predicted.
  public var inputCount: Int { max(ids.count - 1, 0) }
  /// The positions that are scored.
  public var scored: Range<Int> { min(first, ids.count)..<ids.count }
  /// Whether no position is scored.
  public var isEmpty: Bool { ids.count <= first }
}

/// Requests a continuation of a prompt.
public struct GenerateRequest: Sendable, Hashable {
  /// Not empty.
  public var prompt: [Int32]
  /// The most tokens to generate.
  public var limit: Int
  /// Ids that end the generation; they are not part of it.
  public var stops: Set<Int32>
  /// Texts that end the generation as soon as it contains one of them, even where one begins or ends inside a token.
  public var stopTexts: [String]
  public var sampling: Sampling

  public init(
    prompt: [Int32], limit: Int, stops: Set<Int32>, stopTexts: [String] = [], sampling: Sampling = .greedy
  ) {
    self.prompt = prompt
    self.limit = limit
    self.stops = stops
    self.stopTexts = stopTexts
    self.sampling = sampling
  }
}

extension Request {
  package var isGenerated: Bool { if case .generate = self { true } else { false } }
}

/// The response to a ``Request``.
public enum Response: Sendable, Equatable {
  case score([TokenScore])
  case generation(Generation)

  /// - Precondition: The request was a score request.
  public var tokenScores: [TokenScore] {
    guard case .score(let scores) = self else { preconditionFailure("a score request got a generation") }
    return scores
  }

  /// - Precondition: The request was a generate request.
  public var generation: Generation {
    guard case .generation(let generation) = self else {
      preconditionFailure("a generate request got scores")
    }
    return generation
  }
}

extension Response {
  /// Of each id that was scored or generated, in nats.
  public var logProbabilities: [Float] {
    switch self {
    case .score(let scores): scores.map(\.logProbability)
    case .generation(let generation): generation.logProbabilities
    }
  }

  /// The index of the first log-probability that is not finite.
  package var firstNonFinite: Int? { logProbabilities.firstIndex { !$0.isFinite } }
}

/// One scored position.
public struct TokenScore: Sendable, Equatable {
  /// In nats.
  public var logProbability: Float
  /// The most probable id at this position, the lowest of equals.
  public var argmax: Int32
  public var isGreedy: Bool

  public init(logProbability: Float, argmax: Int32, isGreedy: Bool) {
    self.logProbability = logProbability
    self.argmax = argmax
    self.isGreedy = isGreedy
  }
}

/// A generated continuation.
public struct Generation: Sendable, Equatable {
  public var ids: [Int32] = []
  /// Of each id, in nats, under the model's own distribution (before temperature and top-p); none where a server answered
  /// with a text.
  public var logProbabilities: [Float] = []
  /// The id that ended the generation; `nil` where the limit or a stop text did.
  public var stop: Int32?

  public init(ids: [Int32] = [], logProbabilities: [Float] = [], stop: Int32? = nil) {
    self.ids = ids
    self.logProbabilities = logProbabilities
    self.stop = stop
  }

  /// Whether the ids were made of a text that a server gave, which counted its tokens otherwise.
  package var isText: Bool { logProbabilities.isEmpty && !ids.isEmpty }

  /// Whether it has no more ids than `limit`, where they are the model's own.
  package func fits(_ limit: Int) -> Bool { isText || ids.count <= max(limit, 0) }
}
