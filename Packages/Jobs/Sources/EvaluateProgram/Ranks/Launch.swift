import Foundation
import Jobs
import Sharding

/// Where the ranks of a command come from: it is alone, they are threads of this process, or a launcher started this
/// process as one of several.
enum Launch {
  case alone
  case threads(Topology)
  case processes(LaunchPlace, Topology)

  /// - Throws: ``JobError`` for options that contradict each other or the launcher; `TopologyError`, `LaunchError`.
  init(
    _ options: RankOptions, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    let place = try LaunchPlace(environment: environment)
    let shards = options.shardInto ?? 1
    for (option, count) in [("--devices", options.devices), ("--shard-into", options.shardInto)] {
      guard let count, count < 1 else { continue }
      throw JobError(.setting(key: option, expected: "at least 1", found: "\(count)"))
    }
    if place.count > 1 {
      guard options.devices == nil else {
        throw JobError(.option("--devices", .launched(by: "\(place.launcher)", processes: place.count)))
      }
      self = .processes(place, try place.topology(shardInto: shards))
    } else if let devices = options.devices, devices != 1 || shards != 1 {
      self = .threads(try Topology(count: devices, shardInto: shards))
    } else if shards != 1 {
      throw JobError(.option("--shard-into", .ranks(shards)))
    } else {
      self = .alone
    }
  }

  /// The ranks as a mesh, and how many are on this host.
  var topology: Topology {
    switch self {
    case .alone: .solo
    case .threads(let topology), .processes(_, let topology): topology
    }
  }

  /// Whether this process is the one that prints, as far as the environment shows it.
  static var isMain: Bool { place?.isMain ?? true }

  /// Where a launcher has put this process; `nil` where its variables contradict each other.
  static var place: LaunchPlace? { try? LaunchPlace(environment: ProcessInfo.processInfo.environment) }

  /// Runs `body` on every rank of this process.
  ///
  /// - Parameter patience: How long a rank may wait for another before the run ends; `nil` for ever.
  /// - Throws: ``JobError`` for more ranks than one process runs; what `body` throws on a rank that is alone; else `RankFailure` or `CommunicatorError`.
  func run(patience: Duration?, _ body: @escaping @Sendable (Rank) throws -> Void) throws {
    switch self {
    case .alone: try body(.alone)
    case .threads(let topology):
      guard topology.mesh.count <= ThreadMesh.mostRanks else {
        throw JobError(
          .setting(
            key: "--devices", expected: "at most \(ThreadMesh.mostRanks) to run",
            found: "\(topology.mesh.count)"))
      }
      let models = SharedModels(on: topology.mesh)
      _ = try ThreadMesh.run(topology.mesh, patience: patience) { communicator in
        try body(
          Rank(
            communicator: communicator, topology: topology, isFirstOnHost: communicator.rank == 0,
            sharedModels: models))
      }
    case .processes(let place, let topology):
      try ProcessMesh.run(topology.mesh, patience: patience) { communicator in
        try Cores.divide(over: communicator)
        try body(
          Rank(
            communicator: communicator, topology: topology, isFirstOnHost: place.localRank == 0,
            isProcess: true))
      }
    }
  }
}
