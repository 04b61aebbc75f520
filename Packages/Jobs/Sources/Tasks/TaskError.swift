public import Basics
public import Bridge
public import Documents

/// Why a task cannot be run as asked: the facts, from which one sentence is made.
public struct TaskError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// A number of an option that means nothing.
    case option(String, expected: String, found: String)
    /// No task, group or tag has this name; ``unreadable`` are the files that might have defined it.
    case unknownTask(String, nearest: String?, unreadable: [TaskFinding])
    /// A group has a member that does not exist.
    case unknownMember(String, group: String, nearest: String?)
    case missingFolder(String)
    /// A folder without a file that defines a task or a group.
    case noTaskFiles(String)
    case missingFile(String, includedBy: String?)
    /// A task file that is there and cannot be read.
    case unreadableFile(String, includedBy: String?, reason: String)
    /// No such split, though the data set has others.
    case missingSplit(String, dataset: String, path: String, others: [String], reason: String?)
    case missingData(dataset: String, path: String, command: String, reason: String?)
    /// A file of `dataset_kwargs/data_files` that is in none of the places where it may be.
    case missingDataFile(String, places: [String])
    /// A task file that is not of the form of one.
    case malformed(path: String, line: Int, Violation)
    /// A task file that is no YAML, for the parser's reason.
    case noYAML(path: String, line: Int, reason: String)
    /// All that is wrong with the keys of a task file.
    case findings([TaskFinding])
    /// A file that includes itself, or a group that is its own member, by way of another.
    case circle(String, by: String, isFile: Bool)
    /// A name in a task file that would choose a path outside of the data root.
    case outsideDataRoot(key: String, found: String, root: String)
    case noDocuments(split: String)
    case tooFewExamples(found: Int, needed: Int, shots: Int)
    /// No shots that differ from the document asked about.
    case noOtherExamples
    /// What a key makes of a document is of another kind than it must be.
    case value(key: String, expected: String, found: String)
    /// A document lacks a field, or has it as another kind of value; `fields` are those that it has.
    case field(String, expected: String, fields: [String])
    /// A document's labels are not one for each choice.
    case labels(field: String)
    /// A sentence without the blank that the choices fill.
    case noBlank(field: String)
    /// A field of a document has a value that means nothing.
    case fieldValue(String, expected: String, found: String)
    case noChoices
    /// A metric that is not defined for choices.
    case metric(String)
    /// `fewshot_indices` names an example that there is not.
    case example(index: Int, count: Int)
    /// The answer of a shot is no text.
    case shotAnswer(found: String)
    /// The answer of a shot is an index that names no choice.
    case shotChoice(index: Int, count: Int)
    /// A filter needs more answers than a task makes.
    case answers(filter: String, needed: Int, found: Int)
    /// A filter needs a field of the document.
    case filterField(filter: String, field: String)
    /// A file of documents that cannot be read.
    case documents(DocumentError)
    /// A split that a server did not give; `isTransient` where it may the next time.
    case download(what: String, ErrorCause, isTransient: Bool)
    /// A function of a Python file failed, or the Python itself.
    case python(BridgeError, split: String? = nil)
    /// A document, an answer or what a function makes of them is not of the form that it must have.
    case violation(Violation)
    /// What a template, a setting or a server reports; `split` where it is about one.
    case underlying(ErrorCause, split: String? = nil)
  }

  public var kind: Kind
  /// The task, where one is known.
  public var task: String?
  /// The document, counted from 0, where one is known.
  public var document: Int?

  public init(_ kind: Kind, task: String? = nil, document: Int? = nil) {
    self.kind = kind
    self.task = task
    self.document = document
  }

  /// A document or an answer that a native function cannot read.
  static func badData(_ violation: Violation) -> TaskError { TaskError(.violation(violation)) }

  static func malformed(_ path: String, line: Int = 0, _ violation: Violation) -> TaskError {
    TaskError(.malformed(path: path, line: line, violation))
  }

  /// The same error, about a task and a document where none is named yet.
  func about(_ task: String, document: Int? = nil) -> TaskError {
    var error = self
    error.task = task.isEmpty ? nil : self.task ?? task
    error.document = self.document ?? document
    return error
  }

  /// Of a body that ran for a task; a ``TaskError`` as it is.
  init(_ error: any Error, split: String? = nil) {
    switch error {
    case let error as TaskError: self = error
    case let error as BridgeError: self.init(.python(error, split: split))
    default: self.init(.underlying(ErrorCause(error), split: split))
    }
  }

  public var fault: Fault {
    switch kind {
    case .option, .unknownTask, .tooFewExamples, .noOtherExamples: .usage
    case .missingFolder, .noTaskFiles, .missingFile, .missingSplit, .missingData, .missingDataFile:
      .missingInput
    case .documents(let error): error.fault
    case .download(_, _, let isTransient): isTransient ? .tryAgain : .badData
    case .python(let error, _): error.fault
    default: .badData
    }
  }
}
