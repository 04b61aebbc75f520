import Evaluations
import Foundation
import Templating

extension TaskEvaluation {
  /// One request a choice and, for mutual information, one a choice without its context.
  func choiceSample(_ index: Int, _ context: EvaluationContext) throws -> Sample {
    let document = document(index)
    guard let choices = try file.prompt.choices?.asChoices(document), !choices.isEmpty else {
      throw TaskError(.noChoices)
    }
    let contexts = try contexts(of: index, in: context.chat)
    let target = try file.prompt.target.asTarget(document, choices: true)
    let delimiter = try targetDelimiter(in: context.chat, of: document)
    var pairs: [(context: String, continuation: String)]
    if hasManyContexts {
      pairs = contexts.map { ($0, delimiter + target.text) }
    } else {
      pairs = choices.map { (contexts[0], delimiter + $0) }
    }
    if file.metrics.contains(where: { $0.name == "acc_mutual_info" }) {
      pairs += choices.map { ("", delimiter + $0) }
    }
    var known: [String: [Int32]] = [:]
    let asked = try pairs.map {
      try ContinuationIDs($0.context, $0.continuation, context, contextIDs: &known)
    }
    let right = hasManyContexts ? try file.prompt.text.asText(document, choices: true) : target
    let score = ChoiceScorer(
      choices: choices, right: right, metrics: file.metrics.map(\.name), filters: file.pipelines.map(\.name),
      custom: file.processResults, document: document.fields, counts: asked.map(\.counts).reduce(Counts(), +))
    return Sample(
      index, asked.map { .score($0.request) },
      record: record(document, target: right, arguments: pairs.map { [$0.context, $0.continuation] })
    ) { responses in
      var outcome = try score(responses.map(\.tokenScores))
      outcome.intermediates = asked.map { Intermediate($0.request) }
      return outcome
    }
  }

  /// What a samples file says of a document, written when it is asked for.
  func record(
    _ document: TaskDocument, target: TemplateValue, arguments: [[String]]
  ) -> @Sendable () -> SampleRecord {
    {
      SampleRecord(
        document: (try? document.json()) ?? "null",
        target: (try? target.json()) ?? "null", arguments: arguments)
    }
  }
}
