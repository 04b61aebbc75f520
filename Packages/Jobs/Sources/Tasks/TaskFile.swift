import Templating

/// A task as its file describes it: lm-evaluation-harness 0.4.13's `TaskConfig`, key by key.
struct TaskFile: Sendable {
  enum OutputType: String, Sendable, CaseIterable {
    case multipleChoice = "multiple_choice"
    case logLikelihood = "loglikelihood"
    case rolling = "loglikelihood_rolling"
    case generate = "generate_until"
  }

  var name: String
  var alias: String?
  var source: TaskSource
  var dataset: Dataset
  var outputType: OutputType
  var prompt: PromptFields
  var description: TaskField?
  var targetDelimiter = " "
  var fewshotDelimiter = "\n\n"
  var fewshot: Fewshot
  /// The number of shots that the file asks for.
  var numFewshot: Int?
  var processDocuments: DocumentFunction?
  var processResults: ResultFunction?
  var metrics: [MetricSettings]
  var generation: GenerationSettings
  var repeats = 1
  var pipelines: [FilterPipeline]
  var metadata: TemplateDictionary = [:]
  /// All that the file says, as it says it.
  var settings: TemplateDictionary = [:]

  /// Where the documents are, and which are for what.
  struct Dataset: Sendable, Hashable {
    var path: String
    var name: String?
    /// `dataset_kwargs/data_files`: files by split.
    var files: [String: [String]] = [:]
    var training: String?
    var validation: String?
    var test: String?
  }

  /// What makes texts of a document; for shots the fields of `fewshot_config` come first.
  struct PromptFields: Sendable {
    var text: TaskField
    var target: TaskField
    var choices: TaskField?
    var prefix: TaskField?
  }

  /// Where shots come from and how they look.
  struct Fewshot: Sendable {
    enum Sampler: String, Sendable, CaseIterable {
      case random = "default"
      case first = "first_n"
    }

    var sampler = Sampler.random
    var split: String?
    /// Shots that stand in the file itself.
    var samples: [TemplateDictionary]?
    var indices: [Int]?
    var processDocuments: DocumentFunction?
    var prompt: PromptFields
    var targetDelimiter: String
    var delimiter: String
  }

  /// An entry of `metric_list`.
  struct MetricSettings: Sendable {
    var name: String
    var aggregation: Aggregation
    var higherIsBetter: Bool
    var matching = ExactMatch()
  }

  /// `generation_kwargs`.
  struct GenerationSettings: Sendable {
    var until: [String]
    var limit = 256
    /// Zero is greedy.
    var temperature = 0.0
    var topP = 1.0
  }

  /// The split whose documents are asked about.
  var evaluatedSplit: String? { dataset.test ?? dataset.validation }
}

/// What makes a text, a number or a list of a document.
enum TaskField: Sendable {
  case integer(Int)
  /// A name of a field of the document or, where there is none, a template.
  case text(String, Template)
  case list([TemplateValue])
  case function(@Sendable (TemplateDictionary) throws -> TemplateValue)

  /// The field's value, not yet read as a number or a list.
  func value(_ document: TaskDocument) throws -> TemplateValue {
    switch self {
    case .integer(let value): .integer(value)
    case .list(let values): .list(values)
    case .function(let function): try function(document.fields)
    case .text(let name, let template):
      try document.features.contains(name)
        ? document.fields[name] ?? .null
        : .string(template.render(document.fields, nullNames: document.features))
    }
  }

  /// Whether a text was rendered rather than taken from the document as it is.
  func isRendered(_ document: TaskDocument) -> Bool {
    guard case .text(let name, _) = self else { return false }
    return !document.features.contains(name)
  }
}

/// A document and the names that all documents of its split have: one that it lacks itself is null.
struct TaskDocument: Sendable {
  var fields: TemplateDictionary
  /// The names in the order in which documents first have them, and as a set.
  var names: [String]
  var features: Set<String>

  /// The most names for which a document is written with those that it lacks, so that a file of samples grows with its
  /// documents and not with their square.
  private static let mostWrittenNames = 4096

  /// The document as JSON, its nulls included.
  func json() throws -> String {
    guard fields.count < names.count, names.count <= Self.mostWrittenNames else {
      return try TemplateValue.dictionary(fields).json()
    }
    var whole = TemplateDictionary()
    for name in names { whole[name] = fields[name] ?? .null }
    return try TemplateValue.dictionary(whole).json()
  }
}
