import Jobs
import Sharding
import Testing

@Suite("Execution spec")
struct ExecutionSpecTests {
  @Test("takes its ranks from the launcher")
  func fromEnvironment() throws {
    let environment = [
      "OMPI_COMM_WORLD_RANK": "5", "OMPI_COMM_WORLD_SIZE": "8", "OMPI_COMM_WORLD_LOCAL_RANK": "1",
      "OMPI_COMM_WORLD_LOCAL_SIZE": "4",
    ]
    let spec = try ExecutionSpec.fromEnvironment(root: "r", shardInto: 2, environment: environment)
    #expect(spec.distributed && !spec.isMain)
    #expect(spec.replicas == 4 && spec.localReplicas == 2)
    #expect(throws: TopologyError.self) {
      try ExecutionSpec.fromEnvironment(root: "r", shardInto: 3, environment: environment)
    }
  }

  @Test("is one process where nothing launched it")
  func alone() throws {
    let spec = try ExecutionSpec.fromEnvironment(root: "r", environment: [:])
    #expect(!spec.distributed && spec.isMain && spec.replicas == 1 && spec.localReplicas == 1)
    #expect(throws: LaunchError.self) {
      try ExecutionSpec.fromEnvironment(root: "r", environment: ["OMPI_COMM_WORLD_RANK": "0"])
    }
  }

  @Test("An execution spec has the parts of its job, whose project and group have the documented defaults")
  func isAJobSpec() throws {
    var spec = try ExecutionSpec(job: JobSpec(name: "mine", id: "7"), root: "r")
    #expect(spec.name == "mine" && spec.id == "7" && spec.project == "general" && spec.group == "default")
    spec.group = "other"
    #expect(spec.job == JobSpec(name: "mine", id: "7", group: "other"))
    #expect(spec.resultPath("results.json") == "r/results/general/other/mine/results.json")
  }
}
