// What `ci/mpi` and `ci/slurm` start as every rank of a run:
//
//     mpirun -n 4 check-mesh SHARDS SCENARIO
//
// `checks` runs all of `CommunicatorCheck`; the other scenarios go wrong in one way each, or measure. A rank writes what its
// body throws before it ends.
import Foundation
import Sharding

let arguments = CommandLine.arguments
guard arguments.count == 3, let shards = Int(arguments[1]), let scenario = Scenario.all[arguments[2]] else {
  FileHandle.standardError.write(
    Data("usage: check-mesh SHARDS \(Scenario.all.keys.sorted().joined(separator: "|"))\n".utf8))
  exit(64)
}

do {
  let place = try LaunchPlace(environment: ProcessInfo.processInfo.environment)
  let mesh = try place.topology(shardInto: shards).mesh
  try ProcessMesh.run(mesh, patience: scenario.patience) { communicator in
    do {
      try scenario.run(communicator)
    } catch {
      say("rank \(communicator.rank) throws: \(error)")
      throw error
    }
  }
} catch {
  say("ends: \(error)")
  exit(75)
}
