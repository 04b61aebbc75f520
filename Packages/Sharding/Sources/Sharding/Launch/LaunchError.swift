public import Basics

/// Variables of a launcher that name no place.
public struct LaunchError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// Not a number in `0 ... Topology.mostRanks`.
    case notACount(variable: String, value: String)
    case missing(variable: String)
    /// A rank that is not below the number of ranks.
    case outOfRange(variable: String, value: Int, count: Int)
    case moreLocalRanks(Int, than: Int)
    /// A list of tasks without an entry for this node.
    case unlistedNode(Int, variable: String, value: String)
  }

  public let kind: Kind

  public init(_ kind: Kind) { self.kind = kind }

  public var fault: Fault { .usage }

  public var description: String {
    switch kind {
    case .notACount(let variable, let value): "\(variable)='\(value)' is not a number of ranks"
    case .missing(let variable): "the launcher has set a rank, but not \(variable)"
    case .outOfRange(let variable, let value, let count):
      "\(variable)=\(value) must be below the number of ranks, \(count)"
    case .moreLocalRanks(let local, let count):
      "\(local) ranks on this host are more than the \(count) of the run"
    case .unlistedNode(let node, let variable, let value):
      "\(variable)='\(value)' says nothing of this node, SLURM_NODEID=\(node)"
    }
  }
}
