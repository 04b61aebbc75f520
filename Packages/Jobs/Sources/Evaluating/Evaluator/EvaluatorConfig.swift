public import Configurate
import Evaluations
import Jobs
import Tasks
import Templating

/// What an evaluator runs.
public struct EvaluatorConfig: Settings {
  @Setting(
    "eval/evaluations",
    help: "Evaluations to run: names that 'evaluate list evaluations' shows, or paths of task or text files")
  public var components: [String]
  @Setting(
    "eval/length",
    help: "Number of documents drawn at random from each evaluation; all of them unless positive")
  public var length = -1

  @Setting(
    "eval/chat",
    help:
      "Ask the prompts of all evaluations as turns of the model's chat format, not only of those that want it"
  )
  public var asksInChat = false
  @Setting("eval/system_prompt", help: "System turn that begins such a chat; none where it is empty")
  public var systemPrompt = ""
  @Setting(
    "eval/fewshot_as_multiturn",
    help: "Write each shot of a task as turns of its own in such a chat, in place of one user's turn for all")
  public var shotsAreTurns = true
  @Setting(
    "eval/chat_template_args",
    help:
      "What the chat template can read besides the conversation, as a JSON object such as {\"enable_thinking\": false}; nothing where it is empty"
  )
  public var chatTemplateArguments = ""
  @Setting(
    "eval/think_end_token",
    help:
      "Text that ends a model's thought, or the id of it; an answer begins behind the last one. None where it is empty"
  )
  public var thinkEndToken = ""
  @Setting(
    "eval/limit",
    help: "Number of documents of each evaluation that are run, from the first; all of them unless positive")
  public var limit = -1
  @Setting("eval/data", help: "Folder of the data sets that task files name")
  public var data = "data"
  @Setting(
    "eval/task_folders",
    help: "Folders of task files, which take precedence over bundled tasks of the same names")
  public var taskFolders: [String] = []
  @Setting(
    "eval/split", help: "Split that tasks ask about in place of their own; their own where it is empty")
  public var split = ""
  @Setting(
    "eval/num_fewshot", atMost: 1 << 20,
    help: "Number of shots before each question; what each task says where it is negative")
  public var numFewshot = -1
  @Setting(
    "eval/key_value_bytes",
    help: "Most bytes of keys and values held at once; a quarter of the free memory unless positive")
  public var keyValueBytes = -1
  @Setting("eval/plots", help: "Write figures of the model on one document beside the results")
  public var plots = false
  @Setting("eval/compat", help: "Tool whose quirks of scoring are followed: 'lm-eval', or empty for none")
  public var compat = ""

  public init() {}

  /// Whether quirks of lm-evaluation-harness are wanted.
  ///
  /// - Throws: ``JobError`` for another tool.
  var followsHarness: Bool {
    get throws(JobError) {
      guard compat.isEmpty || compat == "lm-eval" else {
        throw JobError(
          .setting(key: "eval/compat", expected: "'lm-eval' or empty", found: "'\(compat)'"))
      }
      return !compat.isEmpty
    }
  }

  /// What ends a model's thought.
  ///
  /// - Throws: ``JobError`` for an id that the vocabulary does not have, which no answer would ever hold.
  func thoughtEnd(in vocabularySize: Int) throws(JobError) -> ThoughtEnd? {
    let end = ThoughtEnd(thinkEndToken)
    if case .id(let id) = end, Int(id) >= vocabularySize {
      throw JobError(
        .setting(
          key: "eval/think_end_token", expected: "a text or an id below \(vocabularySize)",
          found: thinkEndToken))
    }
    return end
  }

  /// What the chat template can read besides the conversation.
  ///
  /// - Throws: ``JobError`` for what is no JSON object, or where no prompt is written by the template.
  var templateArguments: TemplateDictionary {
    get throws(JobError) {
      guard !chatTemplateArguments.isEmpty else { return TemplateDictionary() }
      guard case .dictionary(let arguments)? = try? TemplateValue(json: chatTemplateArguments) else {
        throw JobError(
          .setting(
            key: "eval/chat_template_args", expected: "a JSON object such as {\"enable_thinking\": false}",
            found: chatTemplateArguments))
      }
      guard asksInChat else {
        throw JobError(
          .setting(
            key: "eval/chat_template_args",
            expected: "empty without a chat, which --apply-chat-template asks for",
            found: chatTemplateArguments))
      }
      return arguments
    }
  }

  /// The options that are given and that not every evaluation uses.
  var askedOptions: [EvaluationOption] {
    let given: [(EvaluationOption, Bool)] = [
      (.shots, numFewshot > 0), (.split, !split.isEmpty), (.limit, limit > 0), (.chat, asksInChat),
      (.system, !systemPrompt.isEmpty), (.thoughtEnd, !thinkEndToken.isEmpty),
      (.compat, !compat.isEmpty),
    ]
    return given.filter(\.1).map(\.0)
  }

  /// The tasks that these settings let evaluations be.
  ///
  /// - Parameters:
  ///   - allowed: The code of others that may run.
  ///   - progress: Called while data sets are downloaded.
  func taskLibrary(
    allowed: AllowedCode, progress: @escaping @Sendable (JobProgress) -> Void
  ) throws -> TaskLibrary {
    try TaskLibrary(
      dataRoot: data, directories: taskFolders, split: split.isEmpty ? nil : split,
      limit: limit > 0 ? limit : nil, numFewshot: numFewshot < 0 ? nil : numFewshot,
      keepsForbiddenShots: try followsHarness, allowed: allowed,
      fetch: { try DatasetDownload.fetch($0, $1, $2, to: $3, progress: progress) })
  }

  /// Which documents these settings ask about, as far as a wave goes.
  func documents(_ wave: DocumentWave?) -> Provenance.Documents {
    Provenance.Documents(
      limit: limit > 0 ? limit : nil, shots: numFewshot < 0 ? nil : numFewshot,
      split: split.isEmpty ? nil : split, wave: wave)
  }
}
