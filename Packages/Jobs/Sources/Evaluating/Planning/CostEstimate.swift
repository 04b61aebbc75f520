import Evaluations

/// What a run would take.
public struct CostEstimate: Sendable {
  /// Of each evaluation, were it run alone.
  public var evaluations: [(name: String, documents: Int, work: Work)]
  /// Of all of them in one prefix trie.
  public var together: Work
  /// Of what the journal does not have yet.
  public var open: Work
  public var memory: Memory
  /// Of ``open``, at the speeds that a calibration found.
  public var seconds: Double
  public var speeds: Speeds

  /// Tokens, and what is asked about them.
  public struct Work: Sendable, Equatable {
    /// Different requests.
    public var requests: Int
    /// Tokens that all requests ask a model to read, prefixes as often as they occur.
    public var tokensAsked: Int
    /// Tokens that are read, each shared prefix once.
    public var tokensComputed: Int
    /// Rows of the vocabulary that are computed.
    public var positionsScored: Int
    /// Tokens that are written, at most.
    public var tokensGenerated: Int
    /// Tokens of the longest sequence, with what may be written after it.
    public var longest: Int

    init(_ requests: [Request]) {
      let plan = Plan(requests)
      let distinct = DistinctRequests(requests).requests
      self.requests = distinct.count
      tokensAsked = plan.tokensAsked
      tokensComputed = plan.tokensComputed
      positionsScored = plan.positionsScored
      tokensGenerated = distinct.reduce(0) { $0 + $1.written }
      longest = distinct.lazy.map(\.length).max() ?? 0
    }
  }

  /// Bytes.
  public struct Memory: Sendable, Equatable {
    /// What the process held after a full pass: weights and work space.
    public var process: Int
    /// The most bytes of keys and values that this work fills.
    public var keysAndValues: Int
    /// The most bytes of keys and values that the settings allow.
    public var keyValueBudget: Int

    public var peak: Int { process + keysAndValues }
  }

  /// What one thing more takes, in seconds.
  public struct Speeds: Sendable, Equatable {
    public var perTokenRead: Double
    public var perPositionScored: Double
    public var perTokenWritten: Double

    func seconds(_ work: Work) -> Double {
      Double(work.tokensComputed) * perTokenRead + Double(work.positionsScored) * perPositionScored
        + Double(work.tokensGenerated) * perTokenWritten
    }
  }
}

extension Request {
  /// Tokens that may be written.
  fileprivate var written: Int {
    guard case .generate(let request) = self else { return 0 }
    return max(request.limit, 0)
  }

  /// Tokens that are read and may be written.
  fileprivate var length: Int {
    switch self {
    case .score(let request): request.inputCount
    case .generate(let request): request.prompt.count + max(request.limit, 0)
    }
  }

  var isGenerated: Bool {
    if case .generate = self { true } else { false }
  }
}
