import Basics
import Foundation

extension TaskFinding: CustomStringConvertible {
  /// Where it is, and ``message``.
  public var description: String {
    "'\(file)'" + (line > 0 ? ", line \(line)" : "") + ": \(message)"
  }

  /// What is wrong, without the place.
  public var message: String {
    (member.map { "member '\($0)': " } ?? "") + problem.sentence
      + (includer.map { " (included by task '\($0.task)' in '\($0.path)')" } ?? "")
  }
}

extension TaskFinding.Problem {
  fileprivate var sentence: String {
    switch self {
    case .unknownKey(let key, let nearest): "unknown key '\(key)'\(suggestion(nearest))"
    case .missingKey(let key, let setting):
      "the key '\(key)' is missing" + (setting.map { ", which '\($0)' needs" } ?? "")
    case .repeated(let repeated): repeated.sentence
    case .value(let key, let expected, let found): "'\(key)' must be \(expected), found \(found)"
    case .element(let key, let expected, let found): "'\(key)' must hold \(expected), found \(found)"
    case .choice(let key, let found, let known):
      "'\(key)' must be one of \(quotedList(known)), found '\(found)'\(suggestion(for: found, among: known))"
    case .fixed(let key, let value, let found, let reason):
      "'\(key)' must be \(value), found \(found): \(reason.clause)"
    case .unused(let key, let reason): reason.sentence(key)
    case .unsupported(let key, let reason): reason.sentence(key)
    case .incomplete(let part, let keys, let found): part.sentence(keys, found)
    case .noSplit: "neither 'test_split' nor 'validation_split' says what to evaluate"
    case .noMembers: "a group needs members: 'task' names none"
    case .member(let group, let found):
      "a member of group '\(group)' must be a name or a mapping, found \(found)"
    case .memberKey(let key, let group): "a member of group '\(group)' must not have the key '\(key)'"
    case .unloadable(let member, let first, let others):
      "member '\(member)' does not load: \(first)" + (others > 0 ? ", and \(others) more" : "")
    case .noYAML(let reason): reason
    case .noText: "neither UTF-8 nor UTF-16 with its mark"
    case .violation(let violation): "\(violation)"
    case .error(let error): "\(error)"
    case .labels(let astray, let count, let split, let first, let found):
      "the label names no choice in \(astray) of \(count) documents of split '\(split)', first in document \(first): found \(found)"
    default: nameSentence
    }
  }

  /// What is wrong with names, functions and templates.
  private var nameSentence: String {
    switch self {
    case .unknownFilter(let name, let nearest): "filter '\(name)' is not known\(suggestion(nearest))"
    case .textFilter(let name, let type):
      "filter '\(name)' works on texts, and 'output_type: \(type)' has none to filter"
    case .unknownMetric(let name, let known):
      "unknown metric '\(name)' for this output type, which has \(quotedList(known))\(suggestion(for: name, among: known))"
    case .unaggregatedMetric(let name, let nearest):
      "metric '\(name)' is not known, and has no 'aggregation'\(suggestion(nearest))"
    case .foreignMetric(let name):
      "metric '\(name)' comes from the Python library 'evaluate', which is not supported"
    case .unknownAggregation(let name, let known):
      "unknown aggregation '\(name)', expected one of \(quotedList(known))\(suggestion(for: name, among: known))"
    case .groupAggregation(let found): "the only aggregation of a group is 'mean', found \(found)"
    case .function(let name, let key, let use):
      "\(key.map { "'\($0)'" } ?? "a filter") needs a function of \(use.rawValue), and '\(name)' is none"
    case .unknownFunction(let name, let key, let source, let registered):
      "'\(key)' names the Python function '\(name)', "
        + (source.map { "and \($0.clause) (digest \($0.digest), shape \($0.shape))" }
          ?? "and no native function is registered under it")
        + "; let it run with --python PATH, or register one with TaskFunctions as '\(registered)'"
    case .noClass(let found): "'class' must name a Python class beside the file, found \(found)"
    case .unknownClass(let name, let source):
      "'class' names the Python class '\(name)', and \(source.clause) (digest \(source.digest)); classes are not run in Python"
    case .programs: "the task runs programs that the model writes; allow it with --allow-code"
    case .template(let key, let error): "'\(key)' is no template: \(error)"
    case .pattern(let error): "\(error)"
    case .python(let key, let error): "'\(key)': \(error)"
    case .filterSettings(let name, let cause): "filter '\(name)': \(cause)"
    default: ""
    }
  }
}

extension TaskFinding.Repeated {
  fileprivate var sentence: String {
    switch self {
    case .key(let name): "the key '\(name)' stands twice; the last one counts"
    case .filter(let name): "two filters are named '\(name)'; the last one counts"
    case .metric(let name): "two metrics are named '\(name)'; the last one counts"
    }
  }
}

extension TaskFinding.FixedReason {
  fileprivate var clause: String {
    self == .noBeams ? "there is no search with beams" : "it would change answers"
  }
}

extension TaskFinding.UnusedReason {
  fileprivate func sentence(_ key: String) -> String {
    switch self {
    case .noDraws: "'\(key)' does nothing where no answer is drawn"
    case .noTemperature: "'\(key)' draws nothing at a temperature of 0: answers are the likeliest"
    case .beside(let other): "'\(key)' does nothing beside '\(other)'"
    case .otherMetric: "'\(key)' does nothing for this metric"
    case .notHeeded: "'\(key)' is not heeded"
    case .native: "'\(key)' is the same here as in the Python library 'evaluate'"
    }
  }
}

extension TaskFinding.UnsupportedReason {
  fileprivate func sentence(_ key: String) -> String {
    switch self {
    case .notText: "'\(key)' is not supported: nothing is executed from a file, and models read text"
    case .functionsBesidePrograms:
      "'\(key)' with functions of Python is not supported: programs run isolated, which functions of the file do not"
    case .noPython:
      "'\(key)' is not supported: nothing is executed from a file, unless --python PATH lets it run"
    case .drawing:
      "'\(key)' is not implemented for answers that are drawn; 'top_p', 'top_k' and 'min_p' are"
    }
  }
}

extension TaskFinding.Part {
  /// That the part needs keys.
  fileprivate func sentence(_ keys: [String], _ found: String?) -> String {
    if case .entry("filter_list") = self {
      return "an entry of 'filter_list' needs a 'name' and a list 'filter'"
    }
    let name =
      switch self {
      case .entry(let list): "an entry of '\(list)'"
      case .filterStep: "a step of a filter"
      case .filter(let name): "filter '\(name)'"
      case .member(let group): "a member of group '\(group)'"
      }
    return "\(name) needs the key \(quotedList(keys, separator: " or "))"
      + (found.map { " with a name, found \($0)" } ?? "")
  }
}

extension TaskFinding.Source {
  fileprivate var clause: String {
    "what '\((path as NSString).lastPathComponent)' says it does is not known here"
  }
}
