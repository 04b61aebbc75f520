import Basics
import Digests
import Evaluations
import Foundation
import Jobs
import Runs
import Sandbox
import Tasks

extension Evaluator {
  /// What each evaluation asks, for the results.
  var evaluationRecords: [String: Provenance.EvaluationRecord] {
    let records = zip(evaluations, identities).map { evaluation, identity in
      let definition = evaluation.definition
      return (
        evaluation.name,
        Provenance.EvaluationRecord(
          documents: evaluation.count, shots: definition.shots, split: definition.split,
          version: definition.version, digest: KeptRuns.digest([identity]))
      )
    }
    return Dictionary(uniqueKeysWithValues: records)
  }

  /// Where the data sets of tasks lie; `nil` where no evaluation reads them.
  var dataPath: String? {
    evaluations.contains { $0.definition.readsDataRoot } ? absolutePath(dataRoot) : nil
  }

  /// The Python that functions of the tasks ran in.
  var pythonRecord: Provenance.PythonRecord? {
    let definitions = evaluations.map(\.definition).filter(\.callsPython)
    guard !definitions.isEmpty, let version = spec.allowed.python?.version else { return nil }
    return .init(version: version, functions: Set(definitions.flatMap(\.functions)).sorted())
  }

  /// How programs of the tasks ran.
  var programsRecord: Provenance.ProgramsRecord? {
    guard let sandbox = spec.allowed.sandbox, evaluations.contains(where: \.definition.runsPrograms) else {
      return nil
    }
    return .init(
      isolation: sandbox.isolation.names, seconds: sandbox.limits.seconds, memory: sandbox.limits.memory)
  }

  func absolutePath(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}

extension Evaluator {
  /// What identifies the rules that no file states: the program, whose code they are. Empty where files state all.
  var rules: [String] {
    evaluations.contains { $0.definition.settings == nil } ? [programDigest] : []
  }
}

/// SHA-256 of the running program's file; the version of these packages where the system does not name it.
private let programDigest: String = {
  guard let path = Machine.executablePath,
    let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
  else { return assayVersion }
  return hexadecimalDigits(Digest.sha256(bytes))
}()

extension Evaluation {
  /// What is the same for every evaluation that asks the same: its definition and a digest of its data.
  ///
  /// - Parameter python: The version of the Python that functions of tasks are called in.
  func identity(python: String?) -> String {
    let definition = definition
    let texts = Digest()
    forEachText { text in
      texts.update(Array("\(text.utf8.count) ".utf8))
      texts.update(Array(text.utf8))
    }
    let functions = definition.functions.joined()
    let version = definition.callsPython ? python ?? "" : ""
    return "\(name) \(count) \(definition.settings ?? "") \(texts.hexadecimal())\(functions)\(version)"
  }
}
