public import Basics

/// A collective that did not come about, or a message that did not come.
public struct CommunicatorError: ReportableError, Sendable, Equatable {
  public enum Reason: Sendable, Equatable {
    /// A rank threw `message`, so that it will not come; where it is a process, it may have reported the status with which it ends.
    case rankFailed(rank: Int, message: String, status: Int32? = nil)
    /// A rank ended without error before this collective, or with it the last that could have sent.
    case rankReturned(rank: Int)
    /// Ranks called different collectives, or with operands that do not fit: what each of two did.
    case disagreement(Call, Call)
    /// The patience of the run ended; each missing rank with what it did last.
    case timedOut(seconds: Double, missing: [String])
    /// What the library that carries the messages reports.
    case transport(String)
  }

  /// What one rank does in a collective: `allReduce 'loss' of [2, 3]`.
  public struct Call: Sendable, Equatable {
    public let rank: Int
    public let what: String

    public init(rank: Int, _ what: String) {
      self.rank = rank
      self.what = what
    }
  }

  public let collective: Collective
  /// The rank that reports, counted over the whole run.
  public let rank: Int
  public let reason: Reason

  public init(_ collective: Collective, rank: Int, reason: Reason) {
    self.collective = collective
    self.rank = rank
    self.reason = reason
  }

  /// Whether this only follows from the failure of another rank.
  public var isConsequence: Bool {
    if case .rankFailed = reason { true } else { false }
  }

  public var fault: Fault {
    guard case .rankFailed(_, _, let status?) = reason else { return .tryAgain }
    return Fault(rawValue: status) ?? .internalError
  }

  public var description: String {
    let cause =
      switch reason {
      case .rankFailed(let rank, let message, _): "rank \(rank) failed: \(message)"
      case .rankReturned(let rank): "rank \(rank) has already returned"
      case .disagreement(let one, let other):
        "the ranks disagree: rank \(one.rank) is in \(one.what), rank \(other.rank) in \(other.what)"
      case .timedOut(let seconds, let missing):
        "waited \(seconds) s for \(missing.joined(separator: " and "))"
      case .transport(let message): message
      }
    return "rank \(rank) cannot finish \(collective): \(cause)"
  }
}

/// The error of one rank of a run.
public struct RankFailure: ReportableError, Sendable {
  public let rank: Int
  /// What the rank threw.
  public let error: any Error

  public var fault: Fault { Fault(of: error) }

  public var description: String { "rank \(rank): \(error)" }
}
