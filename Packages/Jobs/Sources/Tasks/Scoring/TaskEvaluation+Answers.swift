import Evaluations
import Templating
import Tokenization

extension TaskEvaluation {
  /// An answer in the model's own words, or `repeats` of them.
  func generationSample(_ index: Int, _ context: EvaluationContext) throws -> Sample {
    let document = document(index)
    let settings = file.generation
    let limit = context.options.maxNewTokens ?? settings.limit
    let prompt = try contexts(of: index, in: context.chat)[0]
    let whole = try context.encode(prompt)
    let ids = try context.prompt(whole, answeredIn: limit, by: "task '\(name)'")
    let target = try reference(document)
    let counts = Counts(asked: file.repeats, truncated: ids.count < whole.count ? file.repeats : 0)
    // What the run asks for goes before what the task asks for.
    let temperature = context.options.temperature > 0 ? context.options.temperature : settings.temperature
    let topP = context.options.topP < 1 ? context.options.topP : settings.topP
    let requests = (0..<file.repeats).map { repetition in
      GenerateRequest(
        prompt: ids, limit: limit, stops: stops(in: context),
        stopTexts: settings.until.filter { !$0.isEmpty },
        sampling: temperature == 0
          ? .greedy
          : Sampling(
            temperature: temperature, topP: topP, seed: context.options.seed,
            sample: Sampling.sample(of: index, repetition)))
    }
    let described =
      "{\"until\": \((try? TemplateValue.list(settings.until.map(TemplateValue.string)).json()) ?? "[]"), \"max_gen_toks\": \(limit), \"temperature\": \(temperature)\(topP == 1 ? "" : ", \"top_p\": \(topP)")}"
    return Sample(
      index, requests.map(Request.generate),
      record: record(document, target: target, arguments: [[prompt, described]])
    ) { responses in
      let answers = try responses.map { response in
        try cut(context.tokenizer.decode(response.generation.ids))
      }
      var result = try outcome(answers, document, target)
      result.counts = counts
      result.intermediates = responses.map { Intermediate(prompt: ids, answer: $0.generation.ids) }
      return result
    }
  }

  /// The ids that end an answer. In a chat that is also the mark after an assistant's turn, which
  /// lm-evaluation-harness reads over where the model has another end of text.
  private func stops(in context: EvaluationContext) -> Set<Int32> {
    let marks = context.chat.isForced && !context.followsHarness ? context.chat.stops(context.tokenizer) : []
    return marks.union([context.tokenizer.eotToken])
  }

  /// An answer up to the first of each stop, in the order in which the task lists them.
  private func cut(_ answer: String) -> String {
    file.generation.until.filter { !$0.isEmpty }.reduce(answer) { text, stop in
      PythonText.split(text, by: stop, limit: 1)[0]
    }
  }

  /// The right answer: a text, or several where any will do.
  private func reference(_ document: TaskDocument) throws -> TemplateValue {
    let target = try file.prompt.target.asTarget(document, choices: file.prompt.choices != nil)
    if let choices = try file.prompt.choices?.asChoices(document) {
      guard case .integer(let index) = target, choices.indices.contains(index) else {
        throw TaskError.badData(
          "'doc_to_target' must be an index into the choices, found \(target.representation)")
      }
      return .string(choices[index])
    }
    if hasManyTargets {
      if case .list = target { return target }
      return .list([target])
    }
    return .string(target.text)
  }

  private func outcome(
    _ answers: [String], _ document: TaskDocument, _ target: TemplateValue
  ) throws -> SampleOutcome {
    var outcome = SampleOutcome(score: 0)
    for pipeline in file.pipelines {
      let filtered = try pipeline(answers, document.fields)
      outcome.answers[pipeline.name] =
        filtered.count == 1
        ? filtered[0] : TemplateValue.list(filtered.map(TemplateValue.string)).representation
      let contents =
        try file.processResults.map { try $0(document.fields, .texts(filtered)) }
        ?? file.metrics.map { ($0.name, .number(try matches($0.matching, filtered, target))) }
      outcome.values += contents.map { SampleValue($0.metric, filter: pipeline.name, $0.1) }
    }
    outcome.score = outcome.values.first?.content.plainNumber ?? 0
    return outcome
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
