import Basics
import Evaluations
import Templating

/// What the documents of a task say of its labels, where the data are there.
struct LabelLint {
  let findings: [TaskFinding]

  /// - Parameter path: The task file, which the findings are about.
  init(_ file: TaskFile, dataRoot: String, path: String) {
    var findings: [TaskFinding] = []
    do throws(TaskError) {
      if let problem = try Self.problem(file, DataRoot(path: dataRoot)) {
        findings = [TaskFinding(file: path, problem)]
      }
    } catch {
      // Data that are not there are no fault of the file.
      if error.fault != .missingInput { findings = [TaskFinding(file: path, .error(error))] }
    }
    self.findings = findings
  }

  private static func problem(_ file: TaskFile, _ data: DataRoot) throws(TaskError) -> TaskFinding.Problem? {
    guard file.outputType == .multipleChoice, file.processResults == nil,
      let split = file.evaluatedSplit
    else { return nil }
    let evaluation: TaskEvaluation
    do {
      let documents = try data.documents(of: file.dataset, split: split)
      let processed: [TemplateDictionary]
      switch file.processDocuments {
      case nil: processed = documents
      case .each(let process)?: processed = try documents.compactMap(process)
      case .all(let process)?: processed = try process(documents)
      case .drawn(let process)?: processed = try process(documents, 0)
      }
      evaluation = try TaskEvaluation(file, split: split, documents: processed, shots: .none, shotCount: 0)
    } catch let error as TaskError { throw error } catch {
      throw TaskError(.underlying(ErrorCause(error)))
    }
    let astray = try (0..<evaluation.count).compactMapTyped { index throws(TaskError) in
      try evaluation.labels(of: index).flatMap { $0.labels.areAstray ? (index, $0.target) : nil }
    }
    guard let first = astray.first else { return nil }
    return .labels(
      astray: astray.count, of: evaluation.count, split: split, first: first.0, found: first.1.excerpt)
  }
}

extension Range<Int> {
  fileprivate func compactMapTyped<Result>(
    _ body: (Int) throws(TaskError) -> Result?
  ) throws(TaskError) -> [Result] {
    var results: [Result] = []
    for index in self { if let result = try body(index) { results.append(result) } }
    return results
  }
}

extension TaskEvaluation {
  /// The right choices of a document, and what it says of them.
  fileprivate func labels(of index: Int) throws(TaskError) -> (labels: ChoiceLabels, target: TemplateValue)? {
    let document = document(index)
    do {
      let choices = try file.prompt.choices?.asChoices(document) ?? []
      let target =
        try hasManyContexts
        ? file.prompt.text.asText(document, choices: true)
        : file.prompt.target.asTarget(document, choices: true)
      return (ChoiceLabels(target, of: choices), target)
    } catch let error as TaskError { throw error.about(file.name, document: index) } catch {
      throw TaskError(.underlying(ErrorCause(error)), task: file.name, document: index)
    }
  }
}
