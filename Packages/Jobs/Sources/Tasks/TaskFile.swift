import Documents
import Evaluations
import Sandbox
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
  var processDocuments: DocumentsFunction?
  var processResults: ResultFunction?
  /// Throws for a document whose answers ``processResults`` cannot decide.
  var checkDocument: (@Sendable (TemplateDictionary) throws -> Void)?
  /// A continuation of the prompt whose log-likelihood is asked for beside each document's answer.
  var continuation: String?
  var metrics: [MetricSettings]
  var generation: GenerationSettings
  var repeats = 1
  var pipelines: [FilterPipeline]
  var metadata: TemplateDictionary = [:]
  /// The Python functions that it names, each with the digest of its source.
  var functions: [String] = []
  /// Whether they are called in Python; else native ones stand for all of them.
  var callsPython = false
  /// `custom_dataset`, which gives the documents of all splits.
  var customDataset: PythonCall?
  /// The whole contents of the file, as they stand there.
  var settings: TemplateDictionary = [:]

  /// Where the documents are, and which are for what.
  struct Dataset: Sendable {
    var path: String
    var name: String?
    /// `dataset_kwargs/data_files`: files by split.
    var files: [String: [String]] = [:]
    /// Where the columns of its CSV files have their names: `dataset_kwargs/column_names` and `header`.
    var header = SeparatedDocuments.Header.firstRow
    /// `dataset_kwargs` whole, for a function that gives the documents.
    var settings: TemplateDictionary = [:]
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
    var processDocuments: DocumentsFunction?
    var prompt: PromptFields
    var targetDelimiter: String
    var delimiter: String
  }

  /// An entry of `metric_list`.
  struct MetricSettings: Sendable {
    var name: String
    var aggregation: MetricAggregation
    var higherIsBetter: Bool
    var rule: Rule

    /// What computes it.
    enum Rule: Sendable {
      /// What the name means for the output type; of answers, whether they match.
      case builtIn(ExactMatch = ExactMatch())
      case function(MetricFunction)
      /// A metric in Python, and the other keys of its entry.
      case python(PythonCall, settings: TemplateDictionary)
      case programs(Programs)
    }

    /// Whether it gives values under names of its own.
    var namesItsValues: Bool {
      switch rule {
      case .python, .programs: true
      case .builtIn, .function: false
      }
    }
    /// Whether it runs what a model wrote.
    var runsPrograms: Bool { if case .programs = rule { true } else { false } }
  }

  /// A metric that runs what a model wrote, where that is allowed, with the other keys of its entry.
  struct Programs: Sendable {
    var function: ProgramsFunction
    var settings: TemplateDictionary
    var sandbox: CodeSandbox
  }

  /// `generation_kwargs`.
  struct GenerationSettings: Sendable {
    var until: [String]
    var limit = 256
    /// Zero is greedy.
    var temperature = 0.0
    var topP = 1.0
    var rules = SamplingRules()
  }

  /// `process_docs`.
  enum DocumentsFunction: Sendable {
    case each(DocumentFunction)
    case all(SplitFunction)
    case drawn(DrawnFunction)
  }

  /// The split that shots are drawn from, unless they stand in the file.
  var poolSplit: String? { fewshot.split ?? dataset.training ?? dataset.validation ?? dataset.test }
  /// The split whose documents are asked about.
  var evaluatedSplit: String? { dataset.test ?? dataset.validation }
}

extension TaskFile {
  /// All keys of a task file (lm-evaluation-harness 0.4.13, `TaskConfig`).
  static let keys = [
    "task", "task_alias", "tag", "custom_dataset", "dataset_path", "dataset_name", "dataset_kwargs",
    "training_split", "validation_split", "test_split", "fewshot_split", "process_docs", "doc_to_text",
    "doc_to_target", "doc_to_image", "doc_to_audio", "unsafe_code", "doc_to_choice", "process_results",
    "use_prompt", "description", "target_delimiter", "fewshot_delimiter", "fewshot_config", "num_fewshot",
    "metric_list", "output_type", "generation_kwargs", "repeats", "filter_list", "should_decontaminate",
    "doc_to_decontamination_query", "gen_prefix", "metadata", "include", "class", "group",
  ]
}
