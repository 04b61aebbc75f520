import Basics
import Checkpoints
import Comparing
import Configurate
import Evaluations
import Foundation
import Jobs
import JobsTesting
import Models
import Runs
import TensorCore
import Testing

@testable import Evaluating

/// Scores that are not numbers.
@Suite("A model whose output is not a number")
struct NonFiniteTests {
  /// A model whose weights become infinite within its only block, without an infinite weight among them.
  private func broken() throws -> TinyCheckpoint {
    try TinyCheckpoint { parameters in
      for name in ["blocks_0/mlp/c_fc/kernel", "blocks_0/mlp/c_proj/kernel"] {
        guard let tensor = parameters[name] else { continue }
        parameters[name] = Tensor(
          Array(repeating: 3e38, count: tensor.count), shape: tensor.shape)
      }
    }
  }

  private func error(_ evaluation: String) throws -> JobError? {
    let tiny = try broken()
    let job = try Evaluate<GPT>.fromCheckpoint(
      "best", spec: tiny.spec, runtimeConfig: ["eval/evaluations": .init(.list([.init(.text(evaluation))]))]
    ).job
    let error = #expect(throws: JobError.self) { try job.run() }
    #expect(!FileManager.default.fileExists(atPath: tiny.root.path + "/results/p/g/tiny/results.json"))
    return error
  }

  @Test(
    "A model whose output is not a number ends the run with the document, the position and the first layer",
    arguments: ["tiny_ppl", "tiny_rollout"])
  func ends(evaluation: String) throws {
    let error = try #require(try error(evaluation))
    #expect(error.fault == .badData)
    guard case .notFinite(let output) = error.kind else {
      Issue.record("\(error)")
      return
    }
    #expect(output.evaluation == evaluation && output.document == 0 && output.position == 1)
    #expect(output.stage == "blocks_0")
  }

  @Test("Samples with scores that are not numbers are not compared or scored again")
  func recorded() throws {
    let tiny = try TinyCheckpoint()
    let job = try Evaluate<GPT>.fromCheckpoint("best", spec: tiny.spec).job
    try job()
    let folder = tiny.root.path + "/results/p/g/tiny"
    let copy = tiny.root.path + "/copy"
    try FileManager.default.copyItem(atPath: folder, toPath: copy)
    let path = copy + "/samples_tiny_ppl.jsonl"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacing(#/"score": [0-9.]+/#, with: "\"score\": null", maxReplacements: 1).write(
      toFile: path, atomically: true, encoding: .utf8)
    let compared = #expect(throws: JobError.self) {
      try RunComparison(try StoredRun(folder: folder), try StoredRun(folder: copy))
    }
    #expect(compared?.kind == .recordedNotFinite(path: path, line: 1))
    try text.replacing(
      #/"log_probabilities": \[[-0-9.e]+/#, with: "\"log_probabilities\": [null", maxReplacements: 1
    )
    .write(toFile: path, atomically: true, encoding: .utf8)
    let rescored = #expect(throws: JobError.self) { try job.rescore(copy) }
    #expect(rescored?.kind == .recordedNotFinite(path: path, line: 1))
  }
}
