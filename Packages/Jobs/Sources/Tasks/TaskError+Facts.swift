import Basics
import Documents

extension TaskError {
  /// The file that the error is about, where there is one.
  public var path: String? {
    switch kind {
    case .missingFolder(let path), .noTaskFiles(let path), .missingFile(let path, _),
      .unreadableFile(let path, _, _),
      .missingSplit(_, _, let path, _, _),
      .missingData(_, let path, _, _), .malformed(let path, _, _),
      .noYAML(let path, _, _):
      path
    case .findings(let findings): findings.first?.file
    case .documents(let error): error.path
    default: nil
    }
  }

  /// The line of that file, counted from 1.
  public var line: Int? {
    switch kind {
    case .malformed(_, let line, _), .noYAML(_, let line, _): line > 0 ? line : nil
    case .findings(let findings): findings.first.map(\.line)
    case .documents(let error): error.line
    default: nil
    }
  }

  /// The key of the task file, the field of the document, or the option.
  public var key: String? {
    switch kind {
    case .option(let name, _, _): name
    case .outsideDataRoot(let key, _, _), .value(let key, _, _), .field(let key, _, _), .labels(let key),
      .noBlank(let key), .fieldValue(let key, _, _), .filterField(_, let key):
      key
    case .example: "fewshot_indices"
    case .shotAnswer: "doc_to_target"
    case .metric: "metric_list"
    case .violation(let violation), .malformed(_, _, let violation): violation.part
    default: nil
    }
  }

  public var expected: String? {
    switch kind {
    case .option(_, let expected, _), .value(_, let expected, _), .field(_, let expected, _),
      .fieldValue(_, let expected, _):
      expected
    case .tooFewExamples(_, let needed, _), .answers(_, let needed, _): "\(needed)"
    case .documents(let error): error.expected
    case .violation(let violation), .malformed(_, _, let violation): violation.expected
    default: nil
    }
  }

  public var found: String? {
    switch kind {
    case .option(_, _, let found), .value(_, _, let found), .outsideDataRoot(_, let found, _),
      .fieldValue(_, _, let found), .metric(let found), .shotAnswer(let found):
      found
    case .unknownTask(let name, _, _), .unknownMember(let name, _, _): name
    case .tooFewExamples(let found, _, _), .answers(_, _, let found), .example(let found, _),
      .shotChoice(let found, _):
      "\(found)"
    case .documents(let error): error.found
    case .violation(let violation), .malformed(_, _, let violation): violation.found
    default: nil
    }
  }

  /// The nearest name that there is.
  public var nearest: String? {
    switch kind {
    case .unknownTask(_, let nearest, _), .unknownMember(_, _, let nearest): nearest
    case .violation(let violation), .malformed(_, _, let violation): violation.nearest
    default: nil
    }
  }
}
