import Basics
import Bridge
import Documents

extension TaskError {
  public var description: String {
    let place = [task.map { "task '\($0)'" }, document.map { "document \($0)" }].compactMap(\.self)
    return (place.isEmpty ? "" : place.joined(separator: ", ") + ": ") + sentence
  }

  private var sentence: String {
    switch kind {
    case .option(let name, let expected, let found): "\(name) must be \(expected), found \(found)"
    case .unknownTask(let name, let nearest, let unreadable):
      "unknown task '\(name)'\(suggestion(nearest))\(Self.unreadable(unreadable))"
    case .unknownMember(let name, let group, let nearest):
      "group '\(group)' names the unknown task '\(name)'\(suggestion(nearest))"
    case .missingFolder(let path): "there is no folder of task files '\(path)'"
    case .noTaskFiles(let path):
      "no task files in '\(path)': looked for *.yaml with the key 'task' or 'group', also in its folders"
    case .missingFile(let path, let includer):
      "there is no task file '\(path)'" + (includer.map { ", which '\($0)' includes" } ?? "")
    case .unreadableFile(let path, let includer, let reason):
      "task file '\(path)'" + (includer.map { ", which '\($0)' includes," } ?? "")
        + " cannot be read: \(reason)"
    case .missingSplit(let split, let dataset, let path, let others, let reason):
      "no split '\(split)' of '\(dataset)': looked for '\(path)', there are only \(quotedList(others))\(Self.hub(reason))"
    case .missingData(let dataset, let path, let command, let reason):
      "no data of '\(dataset)': looked for '\(path)' (also .json, .csv, .tsv, .arrow); get it with: \(command)\(Self.hub(reason))"
    case .missingDataFile(let name, let places):
      "no file '\(name)', which the task names under 'dataset_kwargs/data_files': looked for \(quotedList(places))"
    case .malformed(let path, let line, let violation):
      "\(TaskFinding(file: path, line: line, .violation(violation)))"
    case .noYAML(let path, let line, let reason):
      "\(TaskFinding(file: path, line: line, .noYAML(reason: reason)))"
    case .findings(let findings): findings.map(\.description).joined(separator: "; ")
    case .circle(let path, let includer, isFile: true):
      "'\(includer)' includes '\(path)', which includes it in turn"
    case .circle(let group, let member, isFile: false):
      "group '\(group)' is a member of itself, by way of '\(member)'"
    case .outsideDataRoot(let key, let found, let root):
      "'\(key)' must name what lies in the data root '\(root)', found '\(found.prefix(200))'"
    case .noDocuments(let split): "the split '\(split)' has no documents"
    case .tooFewExamples(let found, let needed, let shots):
      "it has \(found) examples to draw from, and \(shots) shots need \(needed)"
    case .noOtherExamples: "it has too few examples that differ from the document asked about"
    case .value(let key, let expected, let found): "'\(key)' must give \(expected), found \(found)"
    default: documentSentence
    }
  }

  /// What is wrong with a document, an example or an answer.
  private var documentSentence: String {
    switch kind {
    case .field(let name, let expected, let fields):
      "the document has no \(expected) '\(name)'"
        + (fields.isEmpty ? "" : "; its fields are \(fields.joined(separator: ", "))")
    case .labels(let field): "the document has no list '\(field)' with a label for each choice"
    case .noBlank(let field): "the \(field) has no '_' to fill"
    case .fieldValue(let name, let expected, let found):
      "the \(name) must be \(expected), found '\(found)'"
    case .noChoices: "the document has no choices"
    case .metric(let name): "metric '\(name)' is not defined for choices"
    case .example(let index, let count): "'fewshot_indices' names example \(index), there are \(count)"
    case .shotAnswer(let found): "the answer of a shot must be a text, found \(found)"
    case .shotChoice(let index, let count): "a shot names choice \(index) of \(count)"
    case .answers(let filter, let needed, let found):
      "filter '\(filter)' needs \(needed) answers, and 'repeats' makes \(found)"
    case .filterField(let filter, let field):
      "filter '\(filter)' needs the field '\(field)' with a list of texts"
    case .documents(let error): error.description
    case .download(let what, let cause, _): "\(what) cannot be fetched: \(cause)"
    case .python(let error, let split): (split.map { "split '\($0)': " } ?? "") + error.description
    case .violation(let violation): violation.description
    case .underlying(let cause, let split): (split.map { "split '\($0)': " } ?? "") + "\(cause)"
    default: ""
    }
  }

  private static func hub(_ reason: String?) -> String { reason.map { "; from the Hub: \($0)" } ?? "" }

  /// The files that could not be searched for the name, the first of them with its fault.
  private static func unreadable(_ findings: [TaskFinding]) -> String {
    guard let first = findings.first else { return "" }
    let others = findings.count - 1
    return "; not searched: \(first)" + (others > 0 ? ", and \(others) more" : "")
  }
}
