public import Basics

/// Numbers of ranks that make no mesh.
public struct TopologyError: ReportableError, Sendable, Equatable {
  /// What a number is for, by its key in settings and results.
  public enum Setting: String, Sendable, Equatable, CustomStringConvertible {
    case shardInto = "shard_into"
    case deviceCount = "device_count"
    case localDeviceCount = "local_device_count"

    public var description: String { rawValue }
  }

  public enum Kind: Sendable, Equatable {
    case notPositive(Setting, Int)
    /// More ranks than ``Topology/mostRanks``.
    case tooMany(Int, most: Int)
    /// Fewer than one rank on this host, or more than there are.
    case localOutside(Int, of: Int)
    case doesNotDivide(shardInto: Int, Setting, Int)
  }

  public let kind: Kind

  public init(_ kind: Kind) { self.kind = kind }

  public var fault: Fault { .usage }

  public var description: String {
    switch kind {
    case .notPositive(let setting, let count): "\(setting) must be positive, got \(count)"
    case .tooMany(let count, let most): "device_count must be at most \(most), got \(count)"
    case .localOutside(let local, let count):
      "local_device_count=\(local) must be in 1...\(count), the device count"
    case .doesNotDivide(let shards, let setting, let count):
      "shard_into=\(shards) must divide \(setting)=\(count)"
    }
  }
}
