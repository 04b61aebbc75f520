import Evaluations
import Foundation
import Templating

extension TaskEvaluation {
  /// One request a choice and, for mutual information, one a choice without its context.
  func choiceSample(_ index: Int, _ context: EvaluationContext) throws -> Sample {
    let document = document(index)
    guard let choices = try file.prompt.choices?.asChoices(document), !choices.isEmpty else {
      throw TaskError.badData("the document has no choices")
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
        document: (try? TemplateValue.dictionary(document.fields).json()) ?? "null",
        target: (try? target.json()) ?? "null", arguments: arguments)
    }
  }
}

/// Which choice is likelier than the others, by every measure at once.
///
/// - Source: lm-evaluation-harness 0.4.13, `ConfigurableTask.process_results`.
struct ChoiceScorer: Sendable {
  let choices: [String]
  let right: TemplateValue
  let metrics: [String]
  let filters: [String]
  let custom: ResultFunction?
  let document: TemplateDictionary
  let counts: Counts

  /// - Parameter scores: Of each choice's tokens; twice as many where each was asked without its context too.
  func callAsFunction(_ scores: [[TokenScore]]) throws -> SampleOutcome {
    let count = choices.count
    let sums = scores.map(\.logLikelihood)
    let conditional = Array(sums.prefix(count))
    let golds = golds()
    var counts = counts
    if let best = conditional.max(), conditional.count(where: { $0 == best }) > 1 { counts.tied += 1 }
    var contents = [(metric: String, SampleValue.Content)]()
    if let custom {
      let answers = zip(conditional, scores).map { (logLikelihood: $0, isGreedy: $1.allSatisfy(\.isGreedy)) }
      contents = try custom(document, .scores(answers))
    } else {
      contents = try metrics.map { ($0, try value(of: $0, sums, scores, golds)) }
      // Every measure of the same answers, so that nobody has to run again for another one.
      for extra in ["acc", "acc_norm", "acc_bytes", "acc_token"] where !metrics.contains(extra) {
        contents.append((extra, try value(of: extra, sums, scores, golds)))
      }
    }
    let values = filters.flatMap { filter in
      contents.map { SampleValue($0.metric, filter: filter, $0.1) }
    }
    return SampleOutcome(
      score: values.first?.content.plainNumber ?? 0, values: values,
      // What guessing would score by another rule is not known.
      choice: custom == nil
        ? Choice(count: count, right: golds.filter { (0..<count).contains($0) }) : nil, counts: counts)
  }

  private func value(
    of metric: String, _ sums: [Double], _ scores: [[TokenScore]], _ golds: [Int]
  ) throws -> SampleValue.Content {
    let conditional = Array(sums.prefix(choices.count))
    func accuracy(_ worths: [Double]) -> SampleValue.Content {
      .number(golds.contains(worths.firstIndexOfMaximum) ? 1 : 0)
    }
    switch metric {
    case "acc": return accuracy(conditional)
    case "acc_norm": return accuracy(zip(conditional, choices).map { $0 / Double($1.unicodeScalars.count) })
    case "acc_bytes": return accuracy(zip(conditional, choices).map { $0 / Double($1.utf8.count) })
    case "acc_token": return accuracy(zip(conditional, scores).map { $0 / Double(max($1.count, 1)) })
    case "acc_mutual_info":
      return accuracy(zip(conditional, sums.dropFirst(choices.count)).map { $0 - $1 })
    case "exact_match":
      return .number(
        golds.contains { scores.indices.contains($0) && scores[$0].allSatisfy(\.isGreedy) } ? 1 : 0)
    case "brier_score":
      return .distribution(gold: golds.first ?? -1, probabilities: conditional.softmax)
    case "f1", "mcc":
      return .labels(gold: golds.first ?? Self.nowhere, predicted: conditional.firstIndexOfMaximum)
    default: throw TaskError.badData("metric '\(metric)' is not defined for choices")
    }
  }

  /// What the reference makes of an index that no choice has.
  private static let nowhere = -100

  /// The indices of the right choices.
  private func golds() -> [Int] {
    func index(_ value: TemplateValue) -> Int {
      switch value {
      case .integer(let index) where index < choices.count: index
      case .boolean(let flag) where choices.count > 1: flag ? 1 : 0
      case .string(let text): choices.firstIndex(of: text) ?? Self.nowhere
      default: Self.nowhere
      }
    }
    if case .list(let values) = right { return values.map(index) }
    return [index(right)]
  }
}

extension [Double] {
  /// As numpy's `argmax`: the first of equals, and the first that is not a number before all.
  var firstIndexOfMaximum: Int {
    if let undefined = firstIndex(where: \.isNaN) { return undefined }
    return self.max().flatMap { firstIndex(of: $0) } ?? 0
  }

  var softmax: [Double] {
    let best = self.max() ?? 0
    let weights = map { exp($0 - best) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}

extension SampleValue.Content {
  /// One number for a caller who wants just one.
  var plainNumber: Double {
    switch self {
    case .number(let number): number
    case .ratio(let sum, let weight): exp(-sum / weight)
    case .labels(let gold, let predicted): gold == predicted ? 1 : 0
    case .distribution(let gold, let probabilities):
      probabilities.indices.contains(gold) ? probabilities[gold] : 0
    }
  }
}
