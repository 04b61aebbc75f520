import Basics

extension TaskError {
  /// The file that the error is about, where there is one.
  public var path: String? {
    switch kind {
    case .missingFolder(let path), .missingFile(let path, _), .missingSplit(_, _, let path, _, _),
      .missingData(_, let path, _, _), .malformed(let path, _, _):
      path
    case .findings(let findings): findings.first?.file
    default: nil
    }
  }

  /// The line of that file, counted from 1.
  public var line: Int? {
    switch kind {
    case .malformed(_, let line, _) where line > 0: line
    case .findings(let findings): findings.first.map(\.line)
    default: nil
    }
  }

  /// The key of the task file, or the option.
  public var key: String? {
    switch kind {
    case .option(let name, _, _): name
    case .outsideDataRoot(let key, _, _), .value(let key, _, _): key
    default: nil
    }
  }

  public var expected: String? {
    switch kind {
    case .option(_, let expected, _), .value(_, let expected, _): expected
    case .tooFewExamples(_, let needed, _): "\(needed)"
    default: nil
    }
  }

  public var found: String? {
    switch kind {
    case .option(_, _, let found), .value(_, _, let found), .outsideDataRoot(_, let found, _): found
    case .unknownTask(let name, _, _), .unknownMember(let name, _, _): name
    case .tooFewExamples(let found, _, _): "\(found)"
    default: nil
    }
  }

  /// The nearest name that there is.
  public var nearest: String? {
    switch kind {
    case .unknownTask(_, let nearest, _), .unknownMember(_, _, let nearest): nearest
    default: nil
    }
  }

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
    case .missingFile(let path, let includer):
      "there is no task file '\(path)'" + (includer.map { ", which '\($0)' includes" } ?? "")
    case .missingSplit(let split, let dataset, let path, let others, let reason):
      "no split '\(split)' of '\(dataset)': looked for '\(path)', there are only \(Self.list(others))\(Self.hub(reason))"
    case .missingData(let dataset, let path, let command, let reason):
      "no data of '\(dataset)': looked for '\(path)' (also .json, .csv, .tsv, .arrow); get it with: \(command)\(Self.hub(reason))"
    case .missingDataFile(let name, let places):
      "no file '\(name)', which the task names under 'dataset_kwargs/data_files': looked for \(Self.list(places))"
    case .malformed(let path, let line, let reason):
      "\(TaskFinding(file: path, line: line, message: reason))"
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
    case .documents(let sentence, _), .unavailable(let sentence), .other(let sentence): sentence
    }
  }

  private static func list(_ names: [String]) -> String {
    names.map { "'\($0)'" }.joined(separator: ", ")
  }

  private static func hub(_ reason: String?) -> String { reason.map { "; from the Hub: \($0)" } ?? "" }

  /// The files that could not be searched for the name, the first of them with its fault.
  private static func unreadable(_ findings: [TaskFinding]) -> String {
    guard let first = findings.first else { return "" }
    let others = findings.count - 1
    return "; not searched: \(first)" + (others > 0 ? ", and \(others) more" : "")
  }
}
