import Foundation
import Jobs
import Sharding
import Testing

@Suite("Execution spec")
struct ExecutionSpecTests {
  @Test("An execution spec takes its ranks from the launcher")
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

  @Test("An execution spec has one process where no launcher started it")
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

  @Test("An execution spec is encoded in JSON, with the parts of its job beside the others")
  func codable() throws {
    var spec = try ExecutionSpec.local(root: "r", name: "mine", group: "g", devices: 4, shardInto: 2)
    spec.id = "7"
    spec.hardware.hosts = ["a", "b"]
    (spec.distributed, spec.isMain) = (true, false)
    spec.shouldStop = { true }
    let bytes = try JSONEncoder().encode(spec)
    let again = try JSONDecoder().decode(ExecutionSpec.self, from: bytes)
    #expect(again.job == spec.job && again.root == "r" && again.hardware == spec.hardware)
    #expect(again.topology == spec.topology && again.distributed && !again.isMain)
    // What is the process's own is not kept.
    #expect(!again.shouldStop() && again.communicator.size == 1)
    #expect(try JSONDecoder().decode(JobSpec.self, from: bytes) == spec.job)
    #expect(throws: JobError.self) {
      let text = String(decoding: bytes, as: UTF8.self).replacing("\"mine\"", with: "\"..\"")
      return try JSONDecoder().decode(ExecutionSpec.self, from: Data(text.utf8))
    }
  }
}
