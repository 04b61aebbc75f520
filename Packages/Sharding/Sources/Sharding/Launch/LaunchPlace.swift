/// Where a launcher has put this process: its rank among all, and on its host.
///
/// Read from the variables that Open MPI's `mpirun` and Slurm's `srun` give each process, so that a run has its place
/// before any library is started.
public struct LaunchPlace: Sendable, Hashable {
  /// Who started the ranks.
  public enum Launcher: String, Sendable, Hashable { case none, openMPI, pmix, slurm }

  public let launcher: Launcher
  /// This process among all, in `0 ..< count`.
  public let rank: Int
  public let count: Int
  /// This process among those of its host, in `0 ..< localCount`.
  public let localRank: Int
  public let localCount: Int
  /// How many hosts take part.
  public let hosts: Int

  public init(launcher: Launcher, rank: Int, count: Int, localRank: Int, localCount: Int, hosts: Int) {
    self.launcher = launcher
    self.rank = rank
    self.count = count
    self.localRank = localRank
    self.localCount = localCount
    self.hosts = hosts
  }

  /// A process that no launcher started as one of several.
  public static let alone = LaunchPlace(
    launcher: .none, rank: 0, count: 1, localRank: 0, localCount: 1, hosts: 1)

  /// Whether this is the process that writes files and the terminal.
  public var isMain: Bool { rank == 0 }

  /// The ranks of the run as a mesh whose replicas are `shardInto` ranks of one host.
  ///
  /// - Throws: ``TopologyError`` if `shardInto` does not divide the ranks of this host.
  public func topology(shardInto: Int = 1) throws(TopologyError) -> Topology {
    try Topology(count: count, localCount: localCount, shardInto: shardInto)
  }
}
