public import Evaluations
import Templating

/// A task file as an evaluation.
///
/// Made by a ``TaskLibrary``; it asks what lm-evaluation-harness 0.4.13 asks and scores the answers as that does.
public struct TaskEvaluation: Evaluation {
  public var name: String { file.name }
  /// How many answered examples stand before each question.
  public let shotCount: Int
  /// The split whose documents are asked about.
  public let split: String

  /// As the task file states it: the version under `metadata`, and the file's keys, where a function is its name.
  public var definition: EvaluationDefinition {
    var definition = EvaluationDefinition()
    (definition.alias, definition.version) = (file.alias, file.metadata["version"]?.ifDefined?.text)
    (definition.shots, definition.split) = (shotCount, split)
    definition.settings = try? TemplateValue.dictionary(file.settings).json()
    (definition.functions, definition.callsPython) = (file.functions, file.callsPython)
    definition.runsPrograms = file.metrics.contains(where: \.runsPrograms)
    definition.readsDataRoot = true
    return definition
  }

  let file: TaskFile
  let documents: [TemplateDictionary]
  let shots: Shots
  /// The names of all fields, in the order in which documents first have them.
  let names: [String]
  let features: Set<String>
  /// Whether the choices stand in the context, and one continuation is scored under each.
  let hasManyContexts: Bool
  /// Whether any of several targets is right.
  let hasManyTargets: Bool

  public var count: Int { documents.count }

  init(
    _ file: TaskFile, split: String, documents: [TemplateDictionary], shots: Shots, shotCount: Int
  ) throws {
    guard !documents.isEmpty else { throw TaskError(.noDocuments(split: split)) }
    self.file = file
    self.split = split
    self.documents = documents
    self.shots = shots
    self.shotCount = shotCount
    // All documents have the fields that any of them has; one that a document lacks is null there.
    names = TaskDocument.names(of: documents)
    features = Set(names)
    // As the reference does, the first document says what kind of task this is.
    let document = TaskDocument(fields: documents[0], names: names, features: features)
    let fields = file.prompt
    let texts = try file.locating(0) {
      (
        fields.choices == nil || file.outputType == .rolling
          ? nil : try fields.text.asText(document, choices: true),
        try fields.target.asTarget(document, choices: fields.choices != nil)
      )
    }
    if case .integer? = texts.0 { hasManyContexts = true } else { hasManyContexts = false }
    if case .list = texts.1 { hasManyTargets = true } else { hasManyTargets = false }
  }

  func document(_ index: Int) -> TaskDocument {
    TaskDocument(fields: documents[index], names: names, features: features)
  }

  public func samples(of index: Int, in context: EvaluationContext) throws -> [Sample] {
    let samples = try file.locating(index) {
      switch file.outputType {
      case .multipleChoice: [try choiceSample(index, context)]
      case .logLikelihood: [try continuationSample(index, context)]
      case .rolling: [try rollingSample(index, context)]
      case .generate:
        try (0..<context.options.samplesPerPrompt).map { try generationSample(index, context, number: $0) }
      }
    }
    return samples.map { sample in
      var located = sample
      located.score = { responses in try file.locating(index) { try sample.score(responses) } }
      return located
    }
  }

  /// The documents, and the examples that are shots.
  public func forEachText(_ body: (String) -> Void) {
    for document in documents + shots.pool { body((try? TemplateValue.dictionary(document).json()) ?? "") }
  }

  public func reasonNotToUse(_ option: EvaluationOption) -> String? {
    switch option {
    case .split, .limit, .compat: nil
    case .python: file.callsPython || definition.runsPrograms ? nil : Self.callsNoPython
    case .pythonTimeout: file.callsPython ? nil : Self.callsNoPython
    case .code: definition.runsPrograms ? nil : "it runs no programs that the model writes"
    case .shots: file.outputType == .rolling ? "it scores whole texts, which no example precedes" : nil
    case .chat, .system: file.outputType == .rolling ? "it scores whole texts and asks for no answer" : nil
    default: file.outputType == .generate ? nil : "it asks for no answer"
    }
  }

  private static let callsNoPython = "its file names no Python function that is not here"

  public func metrics(of outcomes: [SampleOutcome]) throws -> [Metric] {
    let guessBaselines = GuessBaselines(outcomes)
    var order: [[String]] = []
    var values: [[String]: [SampleValue.Content]] = [:]
    for value in outcomes.lazy.flatMap(\.values) {
      let key = [value.metric, value.filter]
      if values[key] == nil { order.append(key) }
      values[key, default: []].append(value.content)
    }
    return try order.map { key in
      // A metric in Python may return several values under names of its own; they are summed up as the metric is.
      let settings = file.metrics.first { $0.name == key[0] } ?? file.metrics.first(where: \.namesItsValues)
      let aggregation = settings?.aggregation ?? .named(.mean)
      let contents = values[key] ?? []
      let value: Double
      do { value = try aggregation(contents) } catch { throw TaskError(error).about(name) }
      return Metric(
        key[0], filter: key[1], value, standardError: aggregation.standardError(contents),
        higherIsBetter: settings?.higherIsBetter ?? true,
        guessBaselines: key[0].hasPrefix("acc") && aggregation.isMean ? guessBaselines : nil)
    }
  }
}

extension TaskFile {
  /// Runs `body`, and adds to its errors which task and document they are about.
  ///
  /// - Throws: `EvaluationError` of the run's own options, and ``TaskError`` for all else.
  func locating<R>(_ document: Int, _ body: () throws -> R) throws -> R {
    do { return try body() } catch let error as EvaluationError { throw error } catch {
      throw TaskError(error).about(name, document: document)
    }
  }
}
