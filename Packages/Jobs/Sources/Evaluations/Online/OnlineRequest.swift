/// What one client requests of a model that is served: scores of positions of a prompt, a continuation of it, or both.
public struct OnlineRequest: Sendable {
  /// The prompt. Not empty.
  public var ids: [Int32]
  /// The positions of the prompt whose log-probabilities are requested, from 1 on; empty for none.
  public var scored: Range<Int>
  /// How the prompt is continued; `nil` for scores alone. Its own prompt is ``ids``.
  public var generation: GenerateRequest?
  /// How many of the most probable ids are reported at each position.
  public var topCount: Int
  /// Clients share the model fairly, whatever the number of their requests.
  public var client: String

  public init(
    ids: [Int32], scored: Range<Int> = 1..<1, generation: GenerateRequest? = nil, topCount: Int = 0,
    client: String = ""
  ) {
    self.ids = ids
    self.scored = scored
    self.generation = generation
    self.topCount = topCount
    self.client = client
  }

  /// How many ids the model reads: the last one of a prompt that is not continued is only predicted.
  var inputCount: Int { generation == nil ? scored.isEmpty ? 0 : scored.upperBound - 1 : ids.count }
}

/// An id that is among the most probable at a position.
public struct TopToken: Sendable, Equatable {
  public var id: Int32
  /// In nats.
  public var logProbability: Float

  public init(id: Int32, logProbability: Float) {
    self.id = id
    self.logProbability = logProbability
  }
}

/// One scored position of a prompt, and the most probable ids there, the most probable first.
public struct PositionScore: Sendable, Equatable {
  public var score: TokenScore
  public var top: [TopToken]
}

/// One id of a continuation.
public struct GeneratedToken: Sendable, Equatable {
  public var id: Int32
  /// In nats, under the model's own distribution.
  public var logProbability: Float
  public var top: [TopToken]
  /// Whether it ended the continuation, and is no part of its text.
  public var isStop: Bool
}

/// What becomes of a request, in this order: scores if any were requested, then each generated id, then how it ended.
public enum OnlineEvent: Sendable {
  case scored([PositionScore])
  case generated(GeneratedToken)
  case finished(OnlineEnd)
  /// The model's output is not a number, or the ids have no text.
  case failed(any Error)
}

/// Why a request ended.
public enum OnlineEnd: Sendable, Equatable {
  /// It requested scores only, or no token.
  case scored
  /// After as many tokens as it allows.
  case limit
  case stop(Int32)
  case stopText
}
