import Basics
import Evaluations
import Templating
import Tokenization

extension TaskEvaluation {
  /// An answer in the model's own words, or `repeats` of them.
  ///
  /// - Parameter number: Which of the run's samples of the document this is, each of which has random numbers of its own.
  func generationSample(_ index: Int, _ context: EvaluationContext, number: Int) throws -> Sample {
    let document = document(index)
    try file.checkDocument?(document.fields)
    let settings = file.generation
    let limit = context.options.maxNewTokens ?? settings.limit
    let prompt = try contexts(of: index, in: context.chat)[0]
    let whole = try context.encode(prompt)
    let ids = try context.prompt(whole, answeredIn: limit, by: "task '\(name)'")
    let target = try reference(document)
    var counts = Counts(asked: file.repeats, truncated: ids.count < whole.count ? file.repeats : 0)
    // What the run asks for goes before what the task asks for.
    let temperature = context.options.temperature > 0 ? context.options.temperature : settings.temperature
    let topP = context.options.topP < 1 ? context.options.topP : settings.topP
    let rules = context.options.rules.over(settings.rules)
    let requests = (0..<file.repeats).map { repetition in
      GenerateRequest(
        prompt: ids, limit: limit,
        // lm-evaluation-harness reads over the mark after an assistant's turn where the model has another end of text.
        stops: context.stops(inChat: context.chat.isForced && !context.followsHarness),
        stopTexts: settings.until.filter { !$0.isEmpty },
        sampling: Sampling(
          temperature: temperature, topP: topP, seed: context.options.seed,
          sample: Sampling.sample(of: index, number * file.repeats + repetition), rules: rules
        ).simplified)
    }
    let others = rules.members.map { ", \"\($0)\": \($1.line)" }.joined()
    let described =
      "{\"until\": \((try? TemplateValue.list(settings.until.map(TemplateValue.string)).json()) ?? "[]"), \"max_gen_toks\": \(limit), \"temperature\": \(temperature)\(topP == 1 ? "" : ", \"top_p\": \(topP)")\(others)}"
    var asked = requests.map(Request.generate)
    var arguments = [[prompt, described]]
    if let continuation = file.continuation {
      var known: [String: [Int32]] = [:]
      let scored = try ContinuationIDs(prompt, continuation, context, contextIDs: &known)
      asked.append(.score(scored.request))
      arguments.append([prompt, continuation])
      counts = counts + scored.counts
    }
    return Sample(
      index, asked, record: record(document, target: target, arguments: arguments)
    ) { [counts] responses in
      let generations = responses.prefix(file.repeats)
      let answers = try generations.map { response in
        try AnswerText.decoded(
          response.generation.ids, stopTexts: settings.until, after: context.thoughtEnd, by: context.tokenizer
        )
      }
      let scored = responses.dropFirst(file.repeats).first?.tokenScores.logLikelihood
      var result = try outcome(answers, scored, document, target)
      (result.counts, result.generated) = (counts, answers)
      if let end = context.thoughtEnd {
        result.counts.unfinishedThoughts = try generations.count {
          try !end.isReached(in: $0.generation.ids, by: context.tokenizer)
        }
      }
      result.intermediates = generations.map { Intermediate(prompt: ids, answer: $0.generation.ids) }
      return result
    }
  }

  /// The right answer: a text, or several where any will do.
  private func reference(_ document: TaskDocument) throws -> TemplateValue {
    let target = try file.prompt.target.asTarget(document, choices: file.prompt.choices != nil)
    if let choices = try file.prompt.choices?.asChoices(document) {
      guard let index = target.choiceIndex, choices.indices.contains(index) else {
        throw TaskError(
          .value(
            key: "doc_to_target", expected: "an index into the \(choices.count) choices",
            found: target.excerpt))
      }
      return .string(choices[index])
    }
    if hasManyTargets {
      if case .list = target { return target }
      return .list([target])
    }
    return .string(target.text)
  }

  /// - Parameter scored: The log-likelihood of the task's continuation, where it has one.
  private func outcome(
    _ answers: [String], _ scored: Double?, _ document: TaskDocument, _ target: TemplateValue
  ) throws -> SampleOutcome {
    var outcome = SampleOutcome(score: 0)
    for pipeline in file.pipelines {
      let filtered = try pipeline(answers, document.fields)
      outcome.answers[pipeline.name] =
        filtered.count == 1
        ? filtered[0] : TemplateValue.list(filtered.map(TemplateValue.string)).representation
      let responses = self.responses(filtered, scored, pipeline)
      let contents =
        try file.processResults.map { try $0(document.fields, responses) }
        ?? file.metrics.flatMap { try values(of: $0, filtered, responses, target) }
      outcome.values += contents.map { SampleValue($0.metric, filter: pipeline.name, $0.1) }
    }
    outcome.score = outcome.values.first?.content.plainNumber ?? 0
    return outcome
  }

  private func responses(_ filtered: [String], _ scored: Double?, _ pipeline: FilterPipeline)
    -> FilteredResponses
  {
    if let scored, let text = filtered.first { return .textAndScore(text, logLikelihood: scored) }
    return file.callsPython && !pipeline.choosesOne ? .unchosen(filtered) : .texts(filtered)
  }

  /// What a metric makes of the answers, under its name, or those that its function gives.
  private func values(
    of metric: TaskFile.MetricSettings, _ answers: [String], _ responses: FilteredResponses,
    _ target: TemplateValue
  ) throws -> [(metric: String, SampleValue.Content)] {
    switch metric.rule {
    case .builtIn(let matching):
      return [(metric.name, try value(of: metric, matching, answers, target))]
    case .function(let function): return [(metric.name, try function(target.references, answers))]
    case .python(let call, let settings):
      return try call.metric(metric.name, target, responses, isAny: hasManyTargets, settings: settings)
    case .programs(let programs):
      guard case .string(let reference) = target else {
        throw TaskError(.value(key: "doc_to_target", expected: "one text of tests", found: target.excerpt))
      }
      return try programs.function(reference, answers, programs.settings, programs.sandbox)
    }
  }

  /// What a metric that is known by its name makes of the answers.
  private func value(
    of metric: TaskFile.MetricSettings, _ matching: ExactMatch, _ answers: [String], _ target: TemplateValue
  ) throws -> SampleValue.Content {
    if metric.name == "bypass" { return .number(0) }
    if metric.aggregation.takesTexts { return .texts(references: target.references, answers: answers) }
    return .number(try matches(matching, answers, target))
  }

  /// The share of answers that match: of one target each, of several whether any does.
  private func matches(
    _ isMatch: ExactMatch, _ answers: [String], _ target: TemplateValue
  ) throws -> Double {
    guard case .list(let targets) = target else {
      return Double(try answers.count { try isMatch($0, target.text) }) / Double(max(answers.count, 1))
    }
    return try targets.contains { target in try answers.contains { try isMatch($0, target.text) } } ? 1 : 0
  }
}

extension TemplateValue {
  /// The texts of a target, of which there may be a list.
  fileprivate var references: [String] {
    if case .list(let targets) = self { targets.map(\.text) } else { [text] }
  }
}
