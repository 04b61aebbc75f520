import Basics
import Evaluations
import Foundation
import Jobs
import Testing

@testable import Runs

/// A store with runs that were written by hand, which goes when the test ends.
final class TemporaryStore {
  let root = NSTemporaryDirectory() + "assay-runs-\(UUID().uuidString)"
  var store: RunStore { RunStore(root: root) }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func kept(_ name: String) -> KeptRuns { KeptRuns(folder: "\(root)/results/general/default/\(name)") }

  func write(_ text: String, to path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  /// Keeps a finished run and gives it the place of the latest.
  func add(_ name: String, _ id: String, accuracy: Double = 0.5, samples: String = "") throws {
    let kept = kept(name)
    var report = RunReport(
      started: try #require(KeptRuns.began(id)), seconds: 1, computed: 2, cacheHits: 0,
      hardware: .detected(), threads: 1, model: "small", id: id)
    report.checkpoint = "/models/small"
    let provenance = Provenance(
      weights: "0123", tokenizer: "bytes", kernels: "scalar", mode: "float32", blockSize: 64, length: -1,
      documents: Provenance.Documents(limit: 4, shots: 2), seed: 3, numerics: 1,
      evaluations: [
        "a": Provenance.EvaluationRecord(documents: 9, shots: 2, split: "test", version: "1", digest: "00ff")
      ])
    let metric = Metric(
      "acc", accuracy, standardError: 0.1, guessBaselines: GuessBaselines(chance: 0.25, majority: 0.5))
    let result = RunResult(
      job: JobSpec(name: name),
      evaluations: [RunResult.Evaluation(name: "a", metrics: [metric], samples: 4, counts: Counts(asked: 4))],
      provenance: provenance, run: report)
    try write("job: gpt/evaluate\n", to: kept.path(id, ResultFiles.configuration))
    try write(samples, to: kept.path(id, "samples_a.jsonl"))
    try write(result.json.indented + "\n", to: kept.path(id, ResultFiles.results))
    try kept.publish(id)
  }
}
