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
  public var memory: Memory
  /// Of ``open``, at the speeds that a calibration found.
  public var seconds: Double
  public var speeds: Speeds

  package init(
    mode: String, evaluations: [(name: String, documents: Int, work: Work)], together: Work, open: Work,
    memory: Memory,
    speeds: Speeds
  ) {
    (self.mode, self.evaluations, self.together, self.open) = (mode, evaluations, together, open)
    (self.memory, self.seconds, self.speeds) = (memory, speeds.seconds(open), speeds)
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

    func seconds(_ work: Work) -> Double {
      Double(work.tokensComputed) * perTokenRead + Double(work.positionsScored) * perPositionScored
        + Double(work.tokensGenerated) * perTokenWritten
    }
  }
}
