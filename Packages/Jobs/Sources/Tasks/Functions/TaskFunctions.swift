public import Evaluations
import Synchronization
public import Templating

/// Changes a document before anything is made of it; `nil` drops it.
public typealias DocumentFunction = @Sendable (TemplateDictionary) throws -> TemplateDictionary?
/// What the answers for a document add to the task's metrics, by metric.
public typealias ResultFunction =
  @Sendable (TemplateDictionary, FilteredResponses) throws -> [(metric: String, SampleValue.Content)]

/// A native function in place of a Python one.
public enum TaskFunction: Sendable {
  /// For `process_docs`.
  case documents(DocumentFunction)
  /// For `doc_to_text`, `doc_to_target` and `doc_to_choice`.
  case value(@Sendable (TemplateDictionary) throws -> TemplateValue)
  /// For `process_results`.
  case results(ResultFunction)
  /// For `fewshot_config/samples`.
  case samples(@Sendable () -> [TemplateDictionary])
}

/// What the model said to one document.
public enum FilteredResponses: Sendable, Equatable {
  /// Log-likelihoods in nats and whether each continuation was the greedy one; one for each choice, or one.
  case scores([(logLikelihood: Double, isGreedy: Bool)])
  /// What a filter left of the generated texts.
  case texts([String])

  public static func == (a: FilteredResponses, b: FilteredResponses) -> Bool {
    switch (a, b) {
    case (.texts(let a), .texts(let b)): a == b
    case (.scores(let a), .scores(let b)): a.elementsEqual(b, by: ==)
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
public final class TaskFunctions: Sendable {
  public static let shared = TaskFunctions()
  private let functions = Mutex(TaskFunctions.classic)

  private init() {}

  /// Registers a function, in place of any of that name.
  public func register(_ name: String, _ function: TaskFunction) {
    functions.withLock { $0[name] = function }
  }

  /// The names of all registered functions, sorted.
  public var names: [String] { functions.withLock { $0.keys.sorted() } }

  func function(_ name: String, scopes: [String]) -> TaskFunction? {
    functions.withLock { functions in
      for scope in scopes { if let found = functions["\(scope):\(name)"] { return found } }
      return functions[name]
    }
  }
}
