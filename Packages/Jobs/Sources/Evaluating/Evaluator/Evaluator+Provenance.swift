import Digests
import Evaluations
import Foundation
import Jobs
import Runs
import Tasks
import Templating

extension Evaluator {
  /// What each evaluation asks, for the results.
  var evaluationRecords: [String: Provenance.EvaluationRecord] {
    let records = zip(evaluations, identities).map { evaluation, identity in
      let task = evaluation as? TaskEvaluation
      return (
        evaluation.name,
        Provenance.EvaluationRecord(
          documents: evaluation.count, shots: task?.shotCount, split: task?.split, version: task?.version,
          digest: KeptRuns.digest([identity]))
      )
    }
    return Dictionary(uniqueKeysWithValues: records)
  }

  /// Where the data sets of tasks lie; `nil` where no task is asked.
  var dataPath: String? {
    evaluations.contains { $0 is TaskEvaluation } ? absolutePath(dataRoot) : nil
  }

  func absolutePath(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}

extension Evaluation {
  /// What is the same for every evaluation that asks the same: its definition and a digest of its data.
  ///
  /// - Parameter python: The version of the Python that functions of tasks are called in.
  func identity(python: String?) -> String {
    let task = self as? TaskEvaluation
    let settings = task.flatMap { try? TemplateValue.dictionary($0.settings).json() }
    let texts = Digest()
    forEachText { text in
      texts.update(Array("\(text.utf8.count) ".utf8))
      texts.update(Array(text.utf8))
    }
    let functions = task?.functions.joined() ?? ""
    let version = task?.callsPython == true ? python ?? "" : ""
    return "\(name) \(count) \(settings ?? "") \(texts.hexadecimal())\(functions)\(version)"
  }
}
