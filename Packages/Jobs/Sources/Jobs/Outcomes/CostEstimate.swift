/// What a run would take.
public struct CostEstimate: Sendable {
  /// How products would be computed.
  public var mode: String
  /// Of each evaluation, were it run alone.
  public var evaluations: [(name: String, documents: Int, work: Work)]
  /// Of all of them in one prefix trie.
  public var together: Work
  /// Of what the journal does not have yet.
  public var open: Work
  /// What ``open`` takes.
  public var demand: Demand

  package init(
    mode: String, evaluations: [(name: String, documents: Int, work: Work)], together: Work, open: Work,
    demand: Demand
  ) {
    (self.mode, self.evaluations, self.together, self.open) = (mode, evaluations, together, open)
    self.demand = demand
  }

  /// What work takes where it is done.
  public enum Demand: Sendable, Equatable {
    /// On this machine: memory, and seconds at the speeds that a calibration found.
    case machine(Memory, seconds: Double, Speeds)
    /// Of a server that holds the model.
    case server(Traffic)
  }

  /// What a server counts.
  public struct Traffic: Sendable, Equatable {
    public var requests: Int
    public var tokensRead: Int
    /// At most.
    public var tokensWritten: Int

    package init(requests: Int, tokensRead: Int, tokensWritten: Int) {
      (self.requests, self.tokensRead, self.tokensWritten) = (requests, tokensRead, tokensWritten)
    }
  }

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

    package init(
      requests: Int, tokensAsked: Int, tokensComputed: Int, positionsScored: Int, tokensGenerated: Int,
      longest: Int
    ) {
      (self.requests, self.tokensAsked, self.tokensComputed) = (requests, tokensAsked, tokensComputed)
      (self.positionsScored, self.tokensGenerated, self.longest) = (positionsScored, tokensGenerated, longest)
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

    package init(process: Int, keysAndValues: Int, keyValueBudget: Int) {
      (self.process, self.keysAndValues, self.keyValueBudget) = (process, keysAndValues, keyValueBudget)
    }
  }

  /// What one thing more takes, in seconds.
  public struct Speeds: Sendable, Equatable {
    public var perTokenRead: Double
    public var perPositionScored: Double
    public var perTokenWritten: Double

    package init(perTokenRead: Double, perPositionScored: Double, perTokenWritten: Double) {
      self.perTokenRead = perTokenRead
      self.perPositionScored = perPositionScored
      self.perTokenWritten = perTokenWritten
    }

    package func seconds(_ work: Work) -> Double {
      Double(work.tokensComputed) * perTokenRead + Double(work.positionsScored) * perPositionScored
        + Double(work.tokensGenerated) * perTokenWritten
    }
  }
}
