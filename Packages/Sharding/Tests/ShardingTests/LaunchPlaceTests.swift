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

  @Test("A process that no launcher started is one rank")
  func alone() throws {
    #expect(try LaunchPlace(environment: ["PATH": "/bin"]) == .alone)
    // A batch script that srun did not start.
    let script = ["SLURM_NTASKS": "4", "SLURM_PROCID": "0", "SLURM_LOCALID": "0", "SLURM_NODEID": "0"]
    #expect(try LaunchPlace(environment: script) == .alone)
  }

  @Test("Open MPI's variables give the rank, also within a Slurm allocation")
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

  @Test(
    "Slurm's variables give the rank, also where nodes have different numbers of tasks",
    arguments: zip(["0", "2", "3"], [2, 2, 1]))
  func readsSlurm(node: String, localCount: Int) throws {
    let place = try LaunchPlace(environment: slurm.merging(["SLURM_NODEID": node]) { $1 })
    #expect(
      place
        == LaunchPlace(
          launcher: .slurm, rank: 6, count: 7, localRank: 0, localCount: localCount, hosts: 4))
  }

  @Test("PMIx's variables give the rank")
  func readsPMIx() throws {
    let place = try LaunchPlace(environment: slurm.merging(["PMIX_RANK": "4"]) { $1 })
    #expect(place.launcher == .pmix && place.rank == 4 && place.count == 7)
    let own = ["PMIX_RANK": "1", "PMI_SIZE": "2", "PMI_LOCAL_RANK": "1", "PMI_LOCAL_SIZE": "2"]
    #expect(try LaunchPlace(environment: own).count == 2)
  }

  @Test("Shards that span hosts are refused")
  func shardsAcrossHosts() throws {
    let place = try LaunchPlace(environment: openMPI)
    let error = #expect(throws: TopologyError.self) { try place.topology(shardInto: 8) }
    #expect(error?.kind == .doesNotDivide(shardInto: 8, .localDeviceCount, 4))
  }

  @Test(
    "A variable whose value is wrong is named",
    arguments: [
      (["PMIX_RANK": "1"], LaunchError.Kind.missing(variable: "PMI_SIZE")),
      (["OMPI_COMM_WORLD_RANK": "x"], .notACount(variable: "OMPI_COMM_WORLD_RANK", value: "x")),
      (["OMPI_COMM_WORLD_RANK": "-1"], .notACount(variable: "OMPI_COMM_WORLD_RANK", value: "-1")),
      (["OMPI_COMM_WORLD_RANK": "0"], .missing(variable: "OMPI_COMM_WORLD_SIZE")),
      (["SLURM_STEP_NUM_TASKS": "2"], .missing(variable: "SLURM_PROCID")),
    ])
  func malformed(environment: [String: String], kind: LaunchError.Kind) {
    let error = #expect(throws: LaunchError.self) { try LaunchPlace(environment: environment) }
    #expect(error?.kind == kind)
  }

  @Test(
    "A rank or number that is out of range is named",
    arguments: [
      (
        ["OMPI_COMM_WORLD_SIZE": "5"],
        LaunchError.Kind.outOfRange(variable: "OMPI_COMM_WORLD_RANK", value: 5, count: 5)
      ),
      (
        ["OMPI_COMM_WORLD_LOCAL_RANK": "4"],
        .outOfRange(variable: "OMPI_COMM_WORLD_LOCAL_RANK", value: 4, count: 4)
      ),
      (["OMPI_COMM_WORLD_LOCAL_SIZE": "9"], .moreLocalRanks(9, than: 8)),
    ])
  func outOfRange(change: [String: String], kind: LaunchError.Kind) {
    let error = #expect(throws: LaunchError.self) {
      try LaunchPlace(environment: openMPI.merging(change) { $1 })
    }
    #expect(error?.kind == kind)
  }

  @Test(
    "A list of Slurm's tasks without this node is refused",
    arguments: ["2(x3)", "", "a", "2(x0),7", "2(3)(4)"])
  func taskLists(list: String) {
    let environment = slurm.merging(["SLURM_STEP_TASKS_PER_NODE": list]) { $1 }
    let error = #expect(throws: LaunchError.self) { try LaunchPlace(environment: environment) }
    #expect(error?.kind == .unlistedNode(3, variable: "SLURM_STEP_TASKS_PER_NODE", value: list))
  }
}
