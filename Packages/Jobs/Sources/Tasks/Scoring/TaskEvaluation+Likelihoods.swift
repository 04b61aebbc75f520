import Evaluations
import Templating
import Tokenization

extension TaskEvaluation {
  /// One continuation after one context.
  func continuationSample(_ index: Int, _ context: EvaluationContext) throws -> Sample {
    let document = document(index)
    let target = try file.prompt.target.asTarget(document, choices: file.prompt.choices != nil)
    guard case .string(let continuation) = target else {
      throw TaskError.badData("'doc_to_target' must give a text, found \(target.representation)")
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
      let isGreedy = scores.allSatisfy(\.isGreedy)
      return try outcome(
        document, .scores([(sum, isGreedy)]), counts: asked.counts,
        intermediates: [Intermediate(asked.request)]
      ) { metric in
        metric == "perplexity" ? .number(sum) : .number(isGreedy ? 1 : 0)
      }
    }
  }

  /// A whole text, each token once.
  func rollingSample(_ index: Int, _ context: EvaluationContext) throws -> Sample {
    let document = document(index)
    let target = try file.prompt.target.asTarget(document, choices: false)
    guard case .string(let text) = target else {
      throw TaskError.badData("'doc_to_target' must give a text, found \(target.representation)")
    }
    // The prefix stands before the first window; a tokenizer that adds one must not make it predict itself.
    let ids = try context.tokenizer.encode(text, addingSpecialTokens: context.followsHarness)
    let requests = TextEvaluation.windows(ids, prefix: context.tokenizer.beginning, length: context.blockSize)
    return Sample(
      index, requests.map(Request.score), record: record(document, target: target, arguments: [[text]])
    ) { responses in
      let scores = responses.flatMap(\.tokenScores)
      let sum = scores.logLikelihood
      return try outcome(
        document, .scores([(sum, scores.allSatisfy(\.isGreedy))]), counts: Counts(asked: requests.count),
        intermediates: requests.map(Intermediate.init)
      ) { metric in
        .ratio(
          sum, over: Double(metric == "word_perplexity" ? text.whitespaceSeparatedCount : text.utf8.count))
      }
    }
  }

  /// The outcome of a document whose metrics `value` gives, or the task's own function.
  private func outcome(
    _ document: TaskDocument, _ answers: FilteredResponses, counts: Counts, intermediates: [Intermediate],
    value: (String) -> SampleValue.Content
  ) throws -> SampleOutcome {
    let contents =
      try file.processResults.map { try $0(document.fields, answers) }
      ?? file.metrics.map { ($0.name, value($0.name)) }
    let values = file.pipelines.flatMap { pipeline in
      contents.map { SampleValue($0.metric, filter: pipeline.name, $0.1) }
    }
    return SampleOutcome(
      score: values.first?.content.plainNumber ?? 0, values: values, counts: counts,
      intermediates: intermediates)
  }
}
