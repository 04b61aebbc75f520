public import Basics

/// A mesh of processes that does not fit how this process was built or started, or that MPI cannot make or end.
public struct ProcessMeshError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// The launcher started another number of ranks than the mesh has.
    case otherRankCount(mesh: Mesh, LaunchPlace)
    /// MPI reports another place than the launcher's variables: each process then is alone to MPI.
    case otherPlace(LaunchPlace, rank: Int, size: Int)
    /// The launcher started several ranks of a build without MPI.
    case needsMPI(ranks: Int)
    /// A call of MPI failed, or another rank sent what this build does not send; MPI's own reason.
    case transport(reason: String)
  }

  public let kind: Kind

  public init(_ kind: Kind) { self.kind = kind }

  /// The number of ranks that would have been right.
  public var expected: Int? {
    switch kind {
    case .otherRankCount(let mesh, _): mesh.count
    case .otherPlace(let place, _, _): place.count
    case .needsMPI: 1
    case .transport: nil
    }
  }

  /// The number of ranks that there are.
  public var found: Int? {
    switch kind {
    case .otherRankCount(_, let place): place.count
    case .otherPlace(_, _, let size): size
    case .needsMPI(let ranks): ranks
    case .transport: nil
    }
  }

  public var fault: Fault { .usage }

  public var description: String {
    switch kind {
    case .otherRankCount(let mesh, let place):
      let launcher =
        place.launcher == .none ? "no launcher started" : "the launcher started \(place.count) of"
      return
        "a mesh of \(mesh) needs \(mesh.count) ranks, \(launcher) them: start it with 'mpirun -n \(mesh.count)' or 'srun -n \(mesh.count) --mpi=pmix'"
    case .otherPlace(let place, let rank, let size):
      return
        "the launcher says that this is rank \(place.rank) of \(place.count), MPI that it is rank \(rank) of \(size): start it with the 'mpirun' of the MPI that it was built with, or with 'srun --mpi=pmix'"
    case .needsMPI(let ranks):
      return
        "this build runs as one process, the launcher started \(ranks): build it with 'swift build --traits MPI'"
    case .transport(let reason): return reason
    }
  }
}

#if MPI
extension ProcessMeshError {
  static func wrapping<Value>(_ body: () throws(MPIError) -> Value) throws(ProcessMeshError) -> Value {
    do { return try body() } catch { throw ProcessMeshError(.transport(reason: error.description)) }
  }
}
#endif
