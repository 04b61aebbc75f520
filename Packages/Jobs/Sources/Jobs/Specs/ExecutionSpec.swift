import Files
import Foundation
public import Sharding

/// The job as it is really allocated: identity, place on disk, machines, mesh.
public struct ExecutionSpec: Sendable {
  public var job: JobSpec
  /// The folder that holds `checkpoints`, `results` and whatever else runs leave behind.
  public var root: String
  public var topology: Topology?
  public var hardware: Hardware
  /// What this rank says to the others, over the whole mesh; alone unless a launcher made it one of several.
  public var communicator: any Communicator = SoloCommunicator()
  /// What ranks that are threads of this process hold together; `nil` for a rank that is alone in its process.
  public var sharedModels: SharedModels?
  /// Whether the job spans more than this process.
  public var distributed: Bool
  /// Whether this process writes what the job writes once.
  public var isMain: Bool

  public init(
    job: JobSpec, root: String, topology: Topology? = nil, hardware: Hardware = .detected(),
    distributed: Bool = false,
    isMain: Bool = true
  ) throws(JobError) {
    try job.validate()
    self.job = job
    self.root = root
    self.topology = topology
    self.hardware = hardware
    self.distributed = distributed
    self.isMain = isMain
  }

  /// A job of this one process.
  ///
  /// - Parameter shardInto: How many shards hold one copy of the model; it must divide the local rank count.
  /// - Throws: ``JobError`` for a name that is no folder, `TopologyError` for a count that does not divide.
  public static func local(
    root: String, name: String = "local", project: String? = nil, group: String? = nil, shardInto: Int? = nil
  ) throws -> ExecutionSpec {
    try ExecutionSpec(
      job: JobSpec(name: name, project: project, group: group), root: root,
      topology: try shardInto.map { try Topology(count: 1, shardInto: $0) })
  }

  /// Over how many ranks a model is cut; `nil` where each holds all of it.
  package var shardsIfCut: Int? { communicator.mesh.shard > 1 ? communicator.mesh.shard : nil }

  /// What `make` reads, or what another rank of this process that holds the same has read.
  package func model<Model: Sendable>(_ make: () throws -> Model) rethrows -> Model {
    try sharedModels?.model(of: communicator.rank, make: make) ?? make()
  }

  /// How many ranks of the job are on this host.
  package var localRanks: Int { topology?.localCount ?? 1 }

  /// What the main rank says, on every rank.
  package func agree(_ answer: Bool) throws -> Bool {
    try communicator.broadcast([answer ? 1 : 0], from: 0, named: "what the main rank has found") == [1]
  }

  /// Where the job keeps a result: `{root}/results/{project|general}/{group|default}/{name}/{file}`.
  public func resultPath(_ file: String) -> String { "\(root)/results/\(job.path)/\(file)" }

  /// Writes a result whole: the file appears complete or not at all.
  ///
  /// - Parameters:
  ///   - mainProcessOnly: Whether processes other than the main one skip the writing.
  ///   - contents: Gives the text; called only where it is written.
  public func result(
    _ file: String, mainProcessOnly: Bool = true, contents: () throws -> String
  ) throws {
    guard isMain || !mainProcessOnly else { return }
    try WholeFile.write(contents(), to: resultPath(file))
  }

  /// Makes sure that results can be written, before anything dear is computed.
  package func checkWritable() throws(JobError) {
    let folder = resultPath("")
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw JobError(.usage, "cannot create the results folder '\(folder)': \(reason(error))")
    }
    guard access(folder, W_OK) == 0 else {
      throw JobError(.usage, "cannot write to the results folder '\(folder)': permission denied")
    }
  }
}
