import Evaluations
import Templating
import Tokenization

extension TaskEvaluation {
  /// One continuation after one context.
  func continuationSample(_ index: Int, _ context: EvaluationContext) throws -> Sample {
    let document = document(index)
    let target = try file.prompt.target.asTarget(document, choices: file.prompt.choices != nil)
    guard case .string(let continuation) = target else {
      throw TaskError(.value(key: "doc_to_target", expected: "a text", found: target.excerpt))
    }
    let prompt = try contexts(of: index, in: context.chat)[0]
    var known: [String: [Int32]] = [:]
    let asked = try ContinuationIDs(prompt, continuation, context, contextIDs: &known)
    return Sample(
      index, [.score(asked.request)],
      record: record(document, target: target, arguments: [[prompt, continuation]])
    ) { responses in
      let scores = responses[0].tokenScores
      let sum = scores.logLikelihood
      let isGreedy = !scores.isEmpty && scores.allSatisfy(\.isGreedy)
      return try outcome(
        document, .scores([(sum, isGreedy)]), counts: asked.counts,
        intermediates: [Intermediate(asked.request)]
      ) { metric in
        // An empty target is not greedy, and adds nothing to a perplexity.
        guard metric == "perplexity" else { return .number(isGreedy ? 1 : 0) }
        return scores.isEmpty ? nil : .number(sum)
      }
    }
  }

  /// A whole text, each token once. An empty one is counted, and adds no word, byte or likelihood to any sum.
  func rollingSample(_ index: Int, _ context: EvaluationContext) throws -> Sample {
    let document = document(index)
    let target = try file.prompt.target.asTarget(document, choices: false)
    guard case .string(let text) = target else {
      throw TaskError(.value(key: "doc_to_target", expected: "a text", found: target.excerpt))
    }
    // The prefix stands before the first window; a tokenizer that adds one must not make it predict itself.
    let ids =
      text.isEmpty ? [] : try context.tokenizer.encode(text, addingSpecialTokens: context.followsHarness)
    let requests = TextEvaluation.windows(ids, prefix: context.tokenizer.beginning, length: context.blockSize)
    return Sample(
      index, requests.map(Request.score), record: record(document, target: target, arguments: [[text]])
    ) { responses in
      let scores = responses.flatMap(\.tokenScores)
      let sum = scores.logLikelihood
      let counts = Counts(asked: requests.count, empty: requests.isEmpty ? 1 : 0)
      guard !requests.isEmpty else {
        return SampleOutcome(score: 0, values: emptyRatios(), counts: counts)
      }
      return try outcome(
        document, .scores([(sum, scores.allSatisfy(\.isGreedy))]), counts: counts,
        intermediates: requests.map(Intermediate.init)
      ) { metric in
        .ratio(
          sum, over: Double(metric == "word_perplexity" ? text.whitespaceSeparatedCount : text.utf8.count))
      }
    }
  }

  /// Of each metric a ratio that changes no sum.
  private func emptyRatios() -> [SampleValue] {
    file.pipelines.flatMap { pipeline in
      file.metrics.map { SampleValue($0.name, filter: pipeline.name, .ratio(0, over: 0)) }
    }
  }

  /// The outcome of a document whose metrics `value` gives, or the task's own function.
  private func outcome(
    _ document: TaskDocument, _ answers: FilteredResponses, counts: Counts, intermediates: [Intermediate],
    value: (String) -> SampleValue.Content?
  ) throws -> SampleOutcome {
    let contents =
      try file.processResults.map { try $0(document.fields, answers) }
      ?? file.metrics.compactMap { metric in value(metric.name).map { (metric.name, $0) } }
    let values = file.pipelines.flatMap { pipeline in
      contents.map { SampleValue($0.metric, filter: pipeline.name, $0.1) }
    }
    return SampleOutcome(
      score: values.first?.content.plainNumber ?? 0, values: values, counts: counts,
      intermediates: intermediates)
  }
}
