public import Foundation
public import Sharding

extension ExecutionSpec {
  /// A job of as many processes as a launcher started: Open MPI's `mpirun`, or Slurm's `srun`.
  ///
  /// - Parameters:
  ///   - shardInto: How many ranks hold one copy of the model; it must divide the ranks of a host.
  ///   - environment: Where the launcher left its variables.
  /// - Returns: A job of one process where nothing launched it.
  /// - Throws: ``JobError`` for a name that is no folder, `LaunchError` for variables that name no place, `TopologyError`
  ///   for a count that does not divide.
  public static func fromEnvironment(
    root: String, name: String = "local", project: String? = nil, group: String? = nil, shardInto: Int = 1,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> ExecutionSpec {
    let place = try LaunchPlace(environment: environment)
    return try ExecutionSpec(
      job: JobSpec(name: name, project: project, group: group), root: root,
      topology: try place.topology(shardInto: shardInto), distributed: place.count > 1, isMain: place.isMain)
  }

  /// This job as one of several ranks has a part in it.
  ///
  /// - Parameters:
  ///   - communicator: What connects the ranks.
  ///   - sharedModels: What ranks that are threads of this process hold together.
  public func joined(
    _ communicator: any Communicator, topology: Topology?, sharedModels: SharedModels? = nil
  ) -> ExecutionSpec {
    var spec = self
    (spec.communicator, spec.topology, spec.sharedModels) = (communicator, topology, sharedModels)
    spec.isMain = communicator.isMain
    return spec
  }

  /// How many copies of the model the job has over all hosts.
  public var replicas: Int { topology?.replicas ?? 1 }
  /// How many of them are on this host.
  public var localReplicas: Int { topology?.localReplicas ?? 1 }
}
