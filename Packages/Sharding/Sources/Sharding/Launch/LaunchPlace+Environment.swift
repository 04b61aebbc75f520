extension LaunchPlace {
  /// Reads the place of this process from environment variables.
  ///
  /// The innermost launcher counts: Open MPI within a Slurm allocation sets its own variables. Of Slurm's, those of a job
  /// *step* are read: a batch script itself sees `SLURM_NTASKS` too, but is one process.
  ///
  /// - Parameter environment: Such as `ProcessInfo.processInfo.environment`.
  /// - Returns: ``alone`` where no launcher has left a rank.
  /// - Throws: ``LaunchError`` naming the variable that is missing, is no number, or is out of range.
  /// - Source: Open MPI, *mpirun(1)*, Exported Environment Variables; Slurm, *srun(1)*, Output Environment Variables;
  ///   PMIx Standard 4, §5.3 (a client's environment holds its rank, not the number of ranks).
  public init(environment: [String: String]) throws(LaunchError) {
    let variables = LaunchVariables(environment)
    if let rank = try variables.count("OMPI_COMM_WORLD_RANK") {
      try self.init(
        .openMPI, rank: ("OMPI_COMM_WORLD_RANK", rank),
        count: variables.required("OMPI_COMM_WORLD_SIZE"),
        localRank: ("OMPI_COMM_WORLD_LOCAL_RANK", variables.required("OMPI_COMM_WORLD_LOCAL_RANK")),
        localCount: variables.required("OMPI_COMM_WORLD_LOCAL_SIZE"),
        hosts: variables.count("OMPI_MCA_orte_num_nodes"))
    } else if let count = try variables.count("SLURM_STEP_NUM_TASKS") {
      let hasPMIx = variables["PMIX_RANK"] != nil
      let name = hasPMIx ? "PMIX_RANK" : "SLURM_PROCID"
      try self.init(
        hasPMIx ? .pmix : .slurm, rank: (name, variables.required(name)), count: count,
        localRank: ("SLURM_LOCALID", variables.required("SLURM_LOCALID")),
        localCount: variables.tasksOnThisNode(), hosts: variables.count("SLURM_STEP_NUM_NODES"))
    } else if let rank = try variables.count("PMIX_RANK") {
      try self.init(
        .pmix, rank: ("PMIX_RANK", rank), count: variables.required("PMI_SIZE"),
        localRank: ("PMI_LOCAL_RANK", variables.required("PMI_LOCAL_RANK")),
        localCount: variables.required("PMI_LOCAL_SIZE"), hosts: nil)
    } else {
      self = .alone
    }
  }

  private init(
    _ launcher: Launcher, rank: (name: String, value: Int), count: Int,
    localRank: (name: String, value: Int), localCount: Int, hosts: Int?
  ) throws(LaunchError) {
    for (place, size) in [(rank, count), (localRank, localCount)] where place.value >= size {
      throw LaunchError(.outOfRange(variable: place.name, value: place.value, count: size))
    }
    guard localCount <= count else {
      throw LaunchError(.moreLocalRanks(localCount, than: count))
    }
    self.init(
      launcher: launcher, rank: rank.value, count: count, localRank: localRank.value, localCount: localCount,
      hosts: hosts ?? (count + localCount - 1) / localCount)
  }
}

/// The environment, of which launchers' numbers are read.
private struct LaunchVariables {
  private let environment: [String: String]

  init(_ environment: [String: String]) { self.environment = environment }

  subscript(name: String) -> String? { environment[name] }

  func count(_ name: String) throws(LaunchError) -> Int? {
    guard let text = environment[name] else { return nil }
    guard let number = Int(text), (0...Topology.mostRanks).contains(number) else {
      throw LaunchError(.notACount(variable: name, value: text))
    }
    return number
  }

  func required(_ name: String) throws(LaunchError) -> Int {
    if let number = try count(name) { return number }
    throw LaunchError(.missing(variable: name))
  }

  /// The entry of this node in a list such as `2(x3),1`: three nodes of two tasks, then one of one.
  func tasksOnThisNode() throws(LaunchError) -> Int {
    let name = "SLURM_STEP_TASKS_PER_NODE"
    guard let text = environment[name] else {
      throw LaunchError(.missing(variable: name))
    }
    var node = try required("SLURM_NODEID")
    for entry in text.split(separator: ",") {
      let fields = entry.split(separator: "(")
      let times = fields.count == 1 ? 1 : Int(fields[1].dropFirst().dropLast())
      guard (1...2).contains(fields.count), let tasks = Int(fields[0]), tasks > 0, let times, times > 0 else {
        break
      }
      if node < times { return tasks }
      node -= times
    }
    throw LaunchError(
      .unlistedNode(try required("SLURM_NODEID"), variable: name, value: text))
  }
}
