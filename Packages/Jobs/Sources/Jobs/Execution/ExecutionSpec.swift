import Basics
public import Evaluations
import Files
import Foundation
public import Sharding
import Synchronization
public import Tasks

/// The context of a run: the job's identity, its folder, the machines and the mesh that it has, and who watches it.
///
/// It has the parts of its ``job`` as its own: `spec.name` is `spec.job.name`.
@dynamicMemberLookup
public struct ExecutionSpec: Sendable {
  public var job: JobSpec
  /// The folder that holds `checkpoints`, `results` and whatever else runs leave behind.
  public var root: String
  public var topology: Topology?
  public var hardware: Hardware
  /// Connects this rank with the others of the whole mesh; alone unless a launcher made it one of several.
  public var communicator: any Communicator = SoloCommunicator()
  /// What ranks that are threads of this process hold together; `nil` for a rank that is alone in its process.
  public var sharedModels: SharedModels?
  /// Whether the job spans more than this process.
  public var distributed: Bool
  /// Whether this process writes what the job writes once.
  public var isMain: Bool
  /// Called, from any thread, with how far the job is, its downloads included, which begin as it is made.
  public var progress: @Sendable (JobProgress) -> Void = { _ in }
  /// Called, from any thread, with what happens in the job; `nil` where no one looks on.
  public var event: (@Sendable (JobEvent) -> Void)?
  /// Whether a run is to stop as soon as it can be resumed.
  public var shouldStop: @Sendable () -> Bool = { false }
  /// The server that holds the job's model; `nil` for a model that is loaded.
  public var remote: RemoteModelSpec?
  /// The code of others that may run: functions of task files, and programs that a model writes.
  public var allowed = AllowedCode()
  /// Options of the command line that no setting stands for and that evaluations have to use.
  public var askedOptions: [EvaluationOption] = []
  /// Whether the job needs no evaluations: its model answers clients, or is compared.
  public var withoutEvaluations = false
  /// Which documents of each evaluation are asked about, of those that the settings name; `nil` for all.
  public var wave: DocumentWave?
  /// What other jobs of the command, on other models, have made that this one may ask too; `nil` where there are none.
  public var prepared: PreparedRequests?
  /// The forms in which results are written besides the own.
  public var resultForms: Set<ResultForm> = []
  /// Where the files lie that the job has looked for.
  package let locations = ResolvedLocations()
  /// What was found at ``remote``.
  package let remoteSlot = ModelSlot()

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

  /// A part of the job's identity: its name, id, project or group.
  public subscript<Part>(dynamicMember part: WritableKeyPath<JobSpec, Part>) -> Part {
    get { job[keyPath: part] }
    set { job[keyPath: part] = newValue }
  }

  /// A job on this machine.
  ///
  /// - Parameters:
  ///   - devices: How many ranks the job has, all on this machine.
  ///   - shardInto: How many of them hold one copy of the model together; it must divide `devices`.
  /// - Throws: ``JobError`` for a name that is no folder, and for counts that are not positive or do not divide.
  public static func local(
    root: String, name: String = "local", project: String? = nil, group: String? = nil, devices: Int? = nil,
    shardInto: Int? = nil
  ) throws(JobError) -> ExecutionSpec {
    try ExecutionSpec(
      job: JobSpec(name: name, project: project, group: group), root: root,
      topology: devices == nil && shardInto == nil
        ? nil : localTopology(devices: devices ?? 1, shardInto: shardInto ?? 1))
  }

  private static func localTopology(devices: Int, shardInto: Int) throws(JobError) -> Topology {
    guard devices > 0 else {
      throw JobError(.setting(key: "devices", expected: "positive", found: "\(devices)"))
    }
    guard shardInto > 0 else {
      throw JobError(.setting(key: "shardInto", expected: "positive", found: "\(shardInto)"))
    }
    do { return try Topology(count: devices, shardInto: shardInto) } catch {
      throw JobError(.indivisible(shardInto: shardInto, devices: devices))
    }
  }

  /// Over how many ranks a model is cut; `nil` where each holds all of it.
  package var shardsIfCut: Int? { communicator.mesh.shard > 1 ? communicator.mesh.shard : nil }

  /// What `make` makes, or what a job of the command on another model has made that asks alike.
  package func preparing<Part: Sendable>(
    _ kind: String, of key: @autoclosure () -> String, _ make: () throws -> Part
  ) rethrows -> Part {
    try prepared?.part(kind, key: key(), make: make) ?? make()
  }

  /// What `make` reads, or what another rank of this process that holds the same has read.
  package func model<Model: Sendable>(_ make: () throws -> Model) rethrows -> Model {
    try sharedModels?.model(of: communicator.rank, make: make) ?? make()
  }

  /// How many ranks of the job are on this host.
  package var localRanks: Int { topology?.localCount ?? 1 }

  /// The main rank's answer, on every rank.
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
      try createFolder(folder)
    } catch {
      throw JobError(
        .folder(path: folder, isResults: true, reason: systemReason(error), isThere: false))
    }
    guard access(folder, W_OK) == 0 else {
      throw JobError(
        .folder(path: folder, isResults: true, reason: "permission denied", isThere: true))
    }
  }
}

/// The forms of other tools that results can be written in.
public enum ResultForm: String, Sendable, CaseIterable {
  /// Files of lm-evaluation-harness.
  case harness = "lm-eval"
}

/// Where files lie that a name stands for, looked up once a run.
package final class ResolvedLocations: Sendable {
  private let paths = Mutex<[String: String]>([:])

  /// The path that `name` stands for; found by `find` where it is not known yet.
  package func path(of name: String, find: () throws -> String) rethrows -> String {
    if let known = paths.withLock({ $0[name] }) { return known }
    let path = try find()
    paths.withLock { $0[name] = path }
    return path
  }
}
