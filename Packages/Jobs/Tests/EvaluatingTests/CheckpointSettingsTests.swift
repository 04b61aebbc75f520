import Configurate
import Evaluating
import Jobs
import JobsTesting
import Models
import Testing

@Suite("Keys in a checkpoint's settings")
struct CheckpointSettingsTests {
  init() { _ = TinyEvaluations.registered }

  private func configuration(_ yaml: String) throws -> SettingsTree {
    try Evaluate<GPT>.configuration(
      checkpoint: SettingsTree(yaml: yaml + "eval:\n  evaluations: [tiny_ppl]\n", name: "c.h5: config"))
  }

  /// What is wrong with settings.
  private func problem(_ yaml: String) throws -> SettingsError {
    try #require(throws: SettingsError.self) { _ = try configuration(yaml) }
  }

  @Test("A key that no job knows is refused with the nearest one")
  func unknown() throws {
    for head in ["job: tiny/evaluate\n", ""] {
      let problem = try #require(
        try problem(head + "architecture:\n  block_-ize: 32\n").problems.first)
      #expect(problem.key == "architecture/block_-ize", "\(problem)")
      #expect(problem.kind == .unknownKey(nearest: "architecture/block_size"), "\(problem)")
      #expect(problem.origin == .file("c.h5: config", line: head.isEmpty ? 2 : 3), "\(problem)")
    }
    let other = try #require(try problem("job: tiny/evaluate\nzzzz: 1\n").problems.first)
    #expect(other.key == "zzzz")
  }

  @Test("Keys of the job are taken, and so are those of the original system that did nothing")
  func known() throws {
    let settings = try configuration(
      "job: tiny/evaluate\narchitecture:\n  block_size: 64\nlogging:\n  wandb: false\ntraining:\n  warmup_pct: 0.1\n"
    )
    #expect(settings["architecture/block_size"] == 64)
  }

  @Test("Keys of a job that the program does not have are not checked")
  func foreign() throws {
    let settings = try configuration("job: other/train\nother:\n  key: 3\narchitecture:\n  block_size: 64\n")
    #expect(settings["other/key"] == 3)
  }
}
