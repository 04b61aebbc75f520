import Configurate
import Foundation
import Testing

/// `Fixtures/eval_model` is a checkpoint made by `Tools/export-checkpoint` from the original system's `eval_model.h5`:
/// two layers, byte ids, a block of 64.
@Suite("A restored checkpoint")
struct CheckpointTests {
  private let checkpoint = fixtures + "/eval_model"

  /// The expected numbers were computed in float64 by `Tools/make-references/eval_model.py` on the same weights.
  @Test("A restored checkpoint scores a whole text file that is longer than the block")
  func textFile() throws {
    let folder = try TemporaryFolder()
    let text =
      "the red cat sees the old dog. 3+4=7; say fox: fox fox. the blue bird likes the new fish. 2+2=4;\n"
    try folder.write(text, to: "page.txt")
    let outcome = try Program.run(
      ["run", "--restore", checkpoint, "--tasks", "./page.txt", "--json"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let results = try SettingsTree(yaml: outcome.output, name: "output")
    let reference = try SettingsTree(
      yaml: String(contentsOfFile: fixtures + "/eval_model_page.json", encoding: .utf8), name: "reference")
    for metric in ["byte_perplexity", "bits_per_byte", "word_perplexity", "perplexity"] {
      let found: Double? = results["tasks"]?.mapping?["page"]?.mapping?["\(metric),none"].flatMap { tree in
        if case .number(let value) = tree.content { value } else { nil }
      }
      let expected: Double = try #require(try reference.value(of: metric))
      #expect(abs(try #require(found) - expected) <= 1e-5 * expected, "\(metric)")
    }
  }

  @Test(
    "Settings of a file win over the checkpoint's, and arguments over the file's, where they differ from the defaults"
  )
  func settings() throws {
    let folder = try TemporaryFolder()
    #expect(
      try Program.run(["configure", "gpt/evaluate", "job.yaml", "eval.evaluations=[sums]"], in: folder).code
        == 0)
    #expect(try folder.read("job.yaml").contains("backend: tiktoken"))
    // The file holds the default tokenizer, which does not replace the checkpoint's own.
    let outcome = try Program.run(
      [
        "run", "--config", "job.yaml", "--restore", checkpoint, "--name", "n", "--project", "p",
        "eval.length=3",
      ],
      in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let settings = try folder.read("assay/results/p/default/n/config.yaml")
    #expect(settings.contains("backend: bytes") && settings.contains("length: 3"))
  }

  @Test("list prints the jobs and evaluations that there are")
  func lists() throws {
    let folder = try TemporaryFolder()
    #expect(try Program.run(["list", "jobs"], in: folder).output.contains("gpt/evaluate"))
    let evaluations = try Program.run(["list", "evaluations"], in: folder).output.split(separator: "\n")
      .map { $0.split(separator: " ").map(String.init) }
    #expect(
      evaluations.prefix(4) == [
        ["agreement", "comparison"], ["copying", "encoding"], ["grammar_ppl", "perplexity"],
        ["sums", "rollout"],
      ])
    for name in ["hellaswag", "blimp_wh_island", "mmlu", "gsm8k"] {
      #expect(evaluations.contains { $0.first == name })
    }
    #expect(try Program.run(["list", "models"], in: folder).output.contains("GPT, Block"))
    #expect(try Program.run(["list", "topology"], in: folder).output.contains("rank 0"))
    #expect(folder.contents.isEmpty)
  }
}
