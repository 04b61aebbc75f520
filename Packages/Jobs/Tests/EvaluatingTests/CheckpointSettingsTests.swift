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

  private func sentence(_ yaml: String) -> String {
    do {
      _ = try configuration(yaml)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test("A key that no job knows is refused with the nearest one")
  func unknown() {
    let text = sentence("job: tiny/evaluate\narchitecture:\n  block_-ize: 32\n")
    #expect(text.hasPrefix("unknown setting 'architecture/block_-ize'"), "\(text)")
    #expect(
      text.contains("c.h5: config") && text.contains("did you mean 'architecture/block_size'?"), "\(text)")
    #expect(
      sentence("architecture:\n  block_-ize: 32\n").contains("did you mean 'architecture/block_size'?"))
    #expect(sentence("job: tiny/evaluate\nzzzz: 1\n").hasPrefix("unknown setting 'zzzz'"))
  }

  @Test("Keys of the job, and those of the original system that did nothing, are taken")
  func known() throws {
    let settings = try configuration(
      "job: tiny/evaluate\narchitecture:\n  block_size: 64\nlogging:\n  wandb: false\ntraining:\n  warmup_pct: 0.1\n"
    )
    #expect(settings["architecture/block_size"] == 64)
  }

  @Test("Keys of a job that the program does not have are not judged")
  func foreign() throws {
    let settings = try configuration("job: other/train\nother:\n  key: 3\narchitecture:\n  block_size: 64\n")
    #expect(settings["other/key"] == 3)
  }
}
