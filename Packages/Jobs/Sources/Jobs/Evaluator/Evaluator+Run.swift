import Configurate
import Evaluation
import Foundation
import Models
import TensorCore
import Tokenization

extension Evaluator {
  /// Whether results for exactly these evaluations, this model and these settings are on disk already.
  var hasResults: Bool {
    guard
      let data = FileManager.default.contents(atPath: spec.resultPath(ResultsFile.name)),
      let file = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let provenance = file["provenance"] as? [String: Any],
      let settings = try? String(
        contentsOfFile: spec.resultPath(ResultsFile.configurationName), encoding: .utf8)
    else { return false }
    return provenance["weights"] as? String == weightsDigest && settings == configuration.yaml
  }

  /// Runs all evaluations and writes `config.yaml` and `results.json`, the latter last and whole.
  @discardableResult
  func runAndSave() throws -> [EvaluationResult] {
    try spec.checkWritable()
    let started = Date()
    let results = try evaluate()
    let file = ResultsFile(
      spec: spec, results: results,
      provenance: Provenance(
        weights: weightsDigest, tokenizer: tokenizer.identity, kernels: "\(InstructionSet.current)",
        mode: try model.mode.rawValue, length: length),
      run: RunReport(
        started: started, seconds: Date().timeIntervalSince(started),
        requests: results.reduce(0) { $0 + $1.counts.asked }, hardware: spec.hardware,
        threads: Team.shared.threadCount))
    try spec.result(ResultsFile.configurationName) { configuration.yaml }
    try spec.result(ResultsFile.name) { file.json.text + "\n" }
    return results
  }
}
