public import Evaluations
public import Sandbox
import Synchronization
public import Templating

/// Changes a document before anything is made of it; `nil` drops it.
public typealias DocumentFunction = @Sendable (TemplateDictionary) throws -> TemplateDictionary?
/// Changes the documents of a split before anything is made of them.
public typealias SplitFunction = @Sendable ([TemplateDictionary]) throws -> [TemplateDictionary]
/// Changes the documents of a split by numbers drawn after those for so many documents.
public typealias DrawnFunction =
  @Sendable (_ documents: [TemplateDictionary], _ before: Int) throws -> [TemplateDictionary]
/// What the answers for a document add to the task's metrics, by metric.
public typealias ResultFunction =
  @Sendable (TemplateDictionary, FilteredResponses) throws -> [(metric: String, SampleValue.Content)]
/// What an answer adds to a metric, given what is right.
public typealias MetricFunction =
  @Sendable (_ references: [String], _ answers: [String]) throws -> SampleValue.Content
/// What running programs adds to a task's metrics, by metric; `reference` is what stands after each of them.
public typealias ProgramsFunction =
  @Sendable (
    _ reference: String, _ programs: [String], _ settings: TemplateDictionary, _ sandbox: CodeSandbox
  ) throws -> [(metric: String, SampleValue.Content)]
/// One number of the values of all samples.
public typealias AggregationFunction = @Sendable ([SampleValue.Content]) -> Double
/// What a filter makes of the answers for a document.
public typealias AnswerFunction = @Sendable ([String], TemplateDictionary) throws -> [String]

/// A native function in place of a Python one.
public enum TaskFunction: Sendable {
  /// For `process_docs`, one by one.
  case documents(DocumentFunction)
  /// For `process_docs`, where a document depends on those before it.
  case split(SplitFunction)
  /// For `process_docs` that draws from a generator of its own; it receives the number of documents that it was called for before.
  case drawn(DrawnFunction)
  /// For `doc_to_text`, `doc_to_target` and `doc_to_choice`.
  case value(@Sendable (TemplateDictionary) throws -> TemplateValue)
  /// For `process_results`.
  case results(ResultFunction)
  /// For `process_results`, where some documents or answers cannot be decided natively: `check` throws for such a document
  /// before anything is asked, the function for such an answer. A Python that may run goes before it.
  case partialResults(ResultFunction, check: @Sendable (TemplateDictionary) throws -> Void)
  /// For `fewshot_config/samples`.
  case samples(@Sendable () -> [TemplateDictionary])
  /// For `metric_list/metric`.
  case metric(MetricFunction)
  /// For `metric_list/metric`, where answers are programs that are run.
  case programs(ProgramsFunction)
  /// For `metric_list/aggregation`.
  case aggregation(AggregationFunction)
  /// For `filter_list/filter/function` and `filter_fn`; the entry's other keys are its settings.
  case filter(@Sendable (TemplateDictionary) throws -> AnswerFunction)
}

/// The model's response to one document.
public enum FilteredResponses: Sendable, Equatable {
  /// Log-likelihoods in nats and whether each continuation was the greedy one; one for each choice, or one.
  case scores([(logLikelihood: Double, isGreedy: Bool)])
  /// What a filter left of the generated texts.
  case texts([String])
  /// The same where no step of the filter chooses one: only functions in Python get it.
  case unchosen([String])
  /// A generated text, and the log-likelihood of a continuation that the task names, in nats.
  case textAndScore(String, logLikelihood: Double)

  public static func == (a: FilteredResponses, b: FilteredResponses) -> Bool {
    switch (a, b) {
    case (.texts(let a), .texts(let b)), (.unchosen(let a), .unchosen(let b)): a == b
    case (.scores(let a), .scores(let b)): a.elementsEqual(b, by: ==)
    case (.textAndScore(let a, let x), .textAndScore(let b, let y)): a == b && x == y
    default: false
    }
  }
}

/// The native functions that task files can name with `!function`: nothing is executed from a file.
///
/// A function is registered under the name that the file uses, such as `preprocess_winogrande.doc_to_text`; where that
/// says too little, under the last part of the data set's name (or the task's, or the folder's) before it, such as
/// `hellaswag:utils.process_docs`.
///
///     TaskFunctions.shared.register("drop:utils.process_docs", .documents { document in … })
///
/// A registered function stands for whatever the Python file says. The functions that are here already stand for those of
/// lm-evaluation-harness only: where the Python file lies beside the task file, its function must be the one that is known,
/// by the digest of its source.
public final class TaskFunctions: Sendable {
  public static let shared = TaskFunctions()
  private let functions = Mutex([String: TaskFunction]())

  private init() {}

  /// Registers a function, in place of any of that name.
  public func register(_ name: String, _ function: TaskFunction) {
    functions.withLock { $0[name] = function }
  }

  /// The function that was registered under the first of some names.
  func registered(_ names: [String]) -> TaskFunction? {
    functions.withLock { functions in
      for name in names { if let found = functions[name] { return found } }
      return nil
    }
  }

  /// The names of the registered functions.
  var registeredNames: [String] { functions.withLock { Array($0.keys) } }
}
