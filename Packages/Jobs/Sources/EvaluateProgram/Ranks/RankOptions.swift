import ArgumentParser
import Jobs

/// On how many ranks a command runs.
struct RankOptions: ParsableArguments, Sendable {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Run as N ranks that are threads of this process; else as many as mpirun or srun have started.",
      valueName: "n"))
  var devices: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Cut each copy of the model over S ranks.", valueName: "s"))
  var shardInto: Int?

  /// For commands that run on one rank.
  ///
  /// - Parameter reason: Why that command does, as a clause.
  func refuse(_ reason: String) throws(JobError) {
    for (name, value) in [("--devices", devices), ("--shard-into", shardInto)] where value ?? 1 != 1 {
      throw JobError(.option(name, .isFor("'run' and 'list topology'", because: reason)))
    }
  }
}
