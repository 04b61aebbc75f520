public import Configurate
import Jobs
import Tasks

/// What an evaluator runs.
public struct EvaluatorConfig: Settings {
  /// Keys of registered evaluations.
  @Setting("eval/evaluations") public var components: [String]
  /// How many documents of each evaluation are drawn; all of them where it is not positive.
  @Setting("eval/length") public var length = -1

  /// Whether the prompts of all evaluations, not only of those that ask for it, are turns in the model's chat format.
  @Setting("eval/chat") public var asksInChat = false
  /// The system's turn that begins such a chat; none where it is empty.
  @Setting("eval/system_prompt") public var systemPrompt = ""
  /// Whether the shots of a task are turns of such a chat; else all stand in the user's turn that asks the question.
  @Setting("eval/fewshot_as_multiturn") public var shotsAreTurns = true
  /// How many documents of each evaluation are run, from the first; all of them where it is not positive.
  @Setting("eval/limit") public var limit = -1
  /// The folder of data sets that task files name.
  @Setting("eval/data") public var data = "data"
  /// Folders of task files, which go before bundled tasks of the same names.
  @Setting("eval/task_folders") public var taskFolders: [String] = []
  /// The split that tasks ask about in place of their own; their own where it is empty.
  @Setting("eval/split") public var split = ""
  /// How many shots stand before a question; what each task says where it is negative.
  @Setting("eval/num_fewshot") public var numFewshot = -1
  /// The most bytes of keys and values that are held at once; a quarter of the free memory where it is not positive.
  @Setting("eval/key_value_bytes") public var keyValueBytes = -1
  /// Whether the model's figures of one document are written beside the results.
  @Setting("eval/plots") public var plots = false
  /// `lm-eval` also scores as lm-evaluation-harness 0.4.13 does where that is a quirk.
  @Setting("eval/compat") public var compat = ""

  public init() {}

  /// Whether quirks of lm-evaluation-harness are wanted.
  ///
  /// - Throws: ``JobError`` for another tool.
  var followsHarness: Bool {
    get throws(JobError) {
      guard compat.isEmpty || compat == "lm-eval" else {
        throw JobError(.usage, "eval/compat must be 'lm-eval' or empty, found '\(compat)'")
      }
      return !compat.isEmpty
    }
  }

  /// The tasks that these settings let evaluations be.
  ///
  /// - Parameter progress: Called while data sets are downloaded.
  func taskLibrary(progress: @escaping @Sendable (JobProgress) -> Void) throws -> TaskLibrary {
    try TaskLibrary(
      dataRoot: data, directories: taskFolders, split: split.isEmpty ? nil : split,
      limit: limit > 0 ? limit : nil, numFewshot: numFewshot < 0 ? nil : numFewshot,
      fetch: { try DatasetDownload.fetch($0, $1, $2, to: $3, progress: progress) })
  }

  /// Which documents these settings ask about.
  var documents: Provenance.Documents {
    Provenance.Documents(
      limit: limit > 0 ? limit : nil, shots: numFewshot < 0 ? nil : numFewshot,
      split: split.isEmpty ? nil : split)
  }
}
