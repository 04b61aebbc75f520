import Jobs
import Sharding

/// The part that one rank has in a command.
struct Rank: Sendable {
  /// Over all ranks.
  var communicator: any Communicator = SoloCommunicator()
  /// `nil` for a rank that is alone.
  var topology: Topology?
  /// Whether this rank does what is done once a host.
  var isFirstOnHost = true
  /// Whether the ranks are processes.
  var isProcess = false
  /// What ranks hold together that are threads.
  var sharedModels: SharedModels?

  static let alone = Rank()

  /// Whether this is the rank that writes files and talks to people.
  var isMain: Bool { communicator.isMain }

  /// The job as this rank has a part in it.
  func spec(root: String, name: String, project: String?, group: String?) throws -> ExecutionSpec {
    let spec = try ExecutionSpec.fromEnvironment(
      root: root, name: name, project: project, group: group,
      shardInto: isProcess ? topology?.shards ?? 1 : 1)
    return spec.joined(communicator, topology: topology, sharedModels: sharedModels)
  }

  /// Lets ranks that are threads work side by side, once all have loaded what they need with all the cores there are.
  func shareCores() throws {
    guard sharedModels != nil else { return }
    try communicator.barrier(named: "models are loaded")
    if isMain { Cores.divide(among: communicator.size) }
    try communicator.barrier(named: "cores are shared")
  }

  /// Lets go of the last model before another is loaded, once no rank needs it any more.
  func beginNextModel() throws {
    guard let sharedModels else { return }
    try communicator.barrier(named: "the last model is done")
    if isMain {
      sharedModels.clear()
      Cores.undivide()
    }
    try communicator.barrier(named: "the next model begins")
  }

  /// Does `body` on the first rank of each host, and then on the others, which find what it has downloaded.
  func firstOnHost<Value>(_ body: () throws -> Value) throws -> Value {
    let value = isFirstOnHost ? try body() : nil
    try communicator.barrier(named: "files of the model")
    return try value ?? body()
  }
}
