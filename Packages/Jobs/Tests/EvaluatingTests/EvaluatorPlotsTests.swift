import Configurate
import Foundation
import Jobs
import JobsTesting
import Models
import Testing

@testable import Evaluating

@Suite("Plots of a run")
struct EvaluatorPlotsTests {
  @Test(
    "A run writes plots beside its results where they are asked for, and they change no result",
    arguments: ["tiny_ppl", "tiny_rollout"])
  func plots(evaluation: String) throws {
    let tiny = try TinyCheckpoint()
    let results = tiny.root.path + "/results/p/g/tiny/"
    func run(plots: Bool) throws -> String {
      let settings = try SettingsTree(
        yaml: "eval: {evaluations: [\(evaluation)], plots: \(plots)}", name: "settings")
      try Evaluate<GPT>.fromCheckpoint("best", spec: tiny.spec, runtimeConfig: settings).job.run()
      return try String(contentsOfFile: results + "results.json", encoding: .utf8)
        .components(separatedBy: "\"run\"")[0]
    }
    let plain = try run(plots: false)
    #expect(!FileManager.default.fileExists(atPath: results + "plots"))
    #expect(try run(plots: true) == plain)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: results + "plots").sorted()
        == ["attention", "residual_norm", "token_loss"].flatMap { ["\($0).png", "\($0).svg"] })
  }
}
