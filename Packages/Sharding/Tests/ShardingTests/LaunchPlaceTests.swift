import Sharding
import Testing

@Suite("Launch place")
struct LaunchPlaceTests {
  private let openMPI = [
    "OMPI_COMM_WORLD_RANK": "5", "OMPI_COMM_WORLD_SIZE": "8", "OMPI_COMM_WORLD_LOCAL_RANK": "1",
    "OMPI_COMM_WORLD_LOCAL_SIZE": "4", "OMPI_MCA_orte_num_nodes": "2", "PMIX_RANK": "5",
  ]
  private let slurm = [
    "SLURM_PROCID": "6", "SLURM_STEP_NUM_TASKS": "7", "SLURM_LOCALID": "0", "SLURM_NODEID": "3",
    "SLURM_STEP_TASKS_PER_NODE": "2(x3),1", "SLURM_STEP_NUM_NODES": "4", "SLURM_NTASKS": "7",
  ]

  @Test("is alone where no launcher started it")
  func alone() throws {
    #expect(try LaunchPlace(environment: ["PATH": "/bin"]) == .alone)
    // A batch script that srun did not start.
    let script = ["SLURM_NTASKS": "4", "SLURM_PROCID": "0", "SLURM_LOCALID": "0", "SLURM_NODEID": "0"]
    #expect(try LaunchPlace(environment: script) == .alone)
  }

  @Test("reads Open MPI, also within a Slurm allocation")
  func readsOpenMPI() throws {
    for environment in [openMPI, openMPI.merging(slurm) { mine, _ in mine }] {
      let place = try LaunchPlace(environment: environment)
      #expect(
        place
          == LaunchPlace(launcher: .openMPI, rank: 5, count: 8, localRank: 1, localCount: 4, hosts: 2))
      let topology = try place.topology(shardInto: 2)
      #expect(topology.mesh == Mesh(batch: 4, shard: 2))
      #expect(topology.localReplicas == 2)
      #expect(!place.isMain)
    }
  }

  @Test("reads Slurm, whose nodes may differ", arguments: zip(["0", "2", "3"], [2, 2, 1]))
  func readsSlurm(node: String, localCount: Int) throws {
    let place = try LaunchPlace(environment: slurm.merging(["SLURM_NODEID": node]) { $1 })
    #expect(
      place
        == LaunchPlace(
          launcher: .slurm, rank: 6, count: 7, localRank: 0, localCount: localCount, hosts: 4))
  }

  @Test("takes the rank of PMIx")
  func readsPMIx() throws {
    let place = try LaunchPlace(environment: slurm.merging(["PMIX_RANK": "4"]) { $1 })
    #expect(place.launcher == .pmix && place.rank == 4 && place.count == 7)
    let own = ["PMIX_RANK": "1", "PMI_SIZE": "2", "PMI_LOCAL_RANK": "1", "PMI_LOCAL_SIZE": "2"]
    #expect(try LaunchPlace(environment: own).count == 2)
  }

  @Test("refuses shards that span hosts")
  func shardsAcrossHosts() throws {
    let place = try LaunchPlace(environment: openMPI)
    let error = #expect(throws: TopologyError.self) { try place.topology(shardInto: 8) }
    #expect(error?.description == "shard_into=8 must divide local_device_count=4")
  }

  @Test(
    "names the variable that is wrong",
    arguments: [
      (["PMIX_RANK": "1"], "the launcher has set a rank, but not PMI_SIZE"),
      (["OMPI_COMM_WORLD_RANK": "x"], "OMPI_COMM_WORLD_RANK='x' is not a number of ranks"),
      (["OMPI_COMM_WORLD_RANK": "-1"], "OMPI_COMM_WORLD_RANK='-1' is not a number of ranks"),
      (["OMPI_COMM_WORLD_RANK": "0"], "the launcher has set a rank, but not OMPI_COMM_WORLD_SIZE"),
      (["SLURM_STEP_NUM_TASKS": "2"], "the launcher has set a rank, but not SLURM_PROCID"),
    ])
  func malformed(environment: [String: String], sentence: String) {
    let error = #expect(throws: LaunchError.self) { try LaunchPlace(environment: environment) }
    #expect(error?.description == sentence)
  }

  @Test(
    "names what is out of range",
    arguments: [
      (["OMPI_COMM_WORLD_SIZE": "5"], "OMPI_COMM_WORLD_RANK=5 must be below the number of ranks, 5"),
      (
        ["OMPI_COMM_WORLD_LOCAL_RANK": "4"],
        "OMPI_COMM_WORLD_LOCAL_RANK=4 must be below the number of ranks, 4"
      ),
      (["OMPI_COMM_WORLD_LOCAL_SIZE": "9"], "9 ranks on this host are more than the 8 of the run"),
    ])
  func outOfRange(change: [String: String], sentence: String) {
    let error = #expect(throws: LaunchError.self) {
      try LaunchPlace(environment: openMPI.merging(change) { $1 })
    }
    #expect(error?.description == sentence)
  }

  @Test(
    "refuses a list of tasks without the node", arguments: ["2(x3)", "", "a", "2(x0),7", "2(3)(4)"])
  func taskLists(list: String) {
    let environment = slurm.merging(["SLURM_STEP_TASKS_PER_NODE": list]) { $1 }
    let error = #expect(throws: LaunchError.self) { try LaunchPlace(environment: environment) }
    #expect(
      error?.description
        == "SLURM_STEP_TASKS_PER_NODE='\(list)' says nothing of this node, SLURM_NODEID=3")
  }
}
