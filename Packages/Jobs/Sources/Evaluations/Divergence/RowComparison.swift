public import TensorCore

/// What a reference and some candidates make of the same rows: the distribution after each scored prefix, and the
/// log-probability of each token that follows.
///
/// A row is a prefix that several requests may share; it is compared once.
public struct RowComparison: Sendable {
  /// Where a scored position of a request is found.
  public struct Place: Sendable, Equatable {
    /// The index of its row.
    public let row: Int
    /// The index of its id among the targets of all rows.
    public let target: Int
  }

  /// What one candidate makes of the rows, beside the reference.
  public struct Candidate: Sendable {
    /// By row: the divergence of the candidate from the reference, in nats; see ``TensorCore/RowDivergences``. Empty where
    /// the reference's distributions are not known.
    public var divergence: [Double] = []
    public var reading = RowDivergences.Side()
  }

  /// By request, by scored position.
  public private(set) var places: [[Place]]
  public private(set) var reference = RowDivergences.Side()
  public private(set) var candidates: [Candidate]
  /// How many tokens each model has read.
  public private(set) var tokensRead: Int
  /// Seconds that passes and logits have taken: of the reference, unless its responses were known, then of each candidate.
  public internal(set) var seconds: [Double]

  init(_ plan: Plan, _ batch: TargetBatch, candidates count: Int) {
    places = plan.requests.map { request in
      guard case .score(let request) = request else { return [] }
      return Array(repeating: Place(row: 0, target: 0), count: request.scored.count)
    }
    for (target, source) in zip(plan.targets, batch.sources) {
      places[Int(target.request)][Int(target.offset)] = Place(row: source.row, target: source.id)
    }
    candidates = Array(repeating: Candidate(), count: count)
    seconds = Array(repeating: 0, count: count + 1)
    tokensRead = plan.tokensComputed
  }

  /// A reference of which only responses are known, and no candidate yet. Each scored position is a row of its own.
  public init(_ requests: [ScoreRequest], reference: [Response]) {
    var count = 0
    places = requests.map { request in
      request.scored.map { _ in
        defer { count += 1 }
        return Place(row: count, target: count)
      }
    }
    self.reference = RowDivergences.Side(reference)
    (candidates, seconds, tokensRead) = ([], [], 0)
  }

  /// Adds a candidate's responses to the same requests.
  public mutating func append(_ found: ComparedModel.Responses) {
    candidates.append(Candidate(reading: RowDivergences.Side(found.responses)))
    seconds.append(found.seconds)
    tokensRead = found.tokensRead
  }

  mutating func append(_ found: RowDivergences, ofCandidate index: Int) {
    if index == 0 { reference += found.reference }
    candidates[index].divergence += found.divergence
    candidates[index].reading += found.candidate
  }

  /// What `side` responds to the requests, whose ids are those that were compared.
  public func responses(of side: RowDivergences.Side, to requests: [ScoreRequest]) -> [Response] {
    zip(requests, places).map { request, places in
      .score(
        zip(request.scored, places).map { position, place in
          TokenScore(
            logProbability: Float(side.targetLogProbability[place.target]), argmax: side.argmax[place.row],
            isGreedy: side.argmax[place.row] == request.ids[position])
        })
    }
  }
}

extension RowDivergences.Side {
  /// What responses hold of their scored positions. The probabilities of the most probable ids are not among it.
  fileprivate init(_ responses: [Response]) {
    self.init()
    let scores = responses.flatMap(\.tokenScores)
    argmax = scores.map(\.argmax)
    targetLogProbability = scores.map { Double($0.logProbability) }
  }
}
