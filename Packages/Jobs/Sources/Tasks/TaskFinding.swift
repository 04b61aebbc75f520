public import Basics
public import Templating

/// One thing that is wrong with a task file: the facts, from which one sentence is made.
public struct TaskFinding: Sendable, Equatable {
  public var file: String
  /// Counted from 1; 0 where no line is known.
  public var line: Int
  public let problem: Problem
  /// The member of a group that the finding is about, where the group's file gives it keys of its own.
  public var member: String?
  /// The task that includes the file, where the finding is in an included one.
  public var includer: Includer?

  /// A task and its file.
  public struct Includer: Sendable, Equatable {
    public var task: String
    public var path: String
  }

  public init(file: String, line: Int = 0, _ problem: Problem) {
    self.file = file
    self.line = line
    self.problem = problem
  }

  /// What is wrong. Keys stand as in the file, after those above them: `generation_kwargs/until`.
  public indirect enum Problem: Sendable, Equatable {
    // Keys
    case unknownKey(String, nearest: String?)
    /// A key that is needed, and the setting that needs it.
    case missingKey(String, neededBy: String? = nil)
    /// A key, or a name in a list of them, stands twice.
    case repeated(Repeated)
    case value(key: String, expected: String, found: String)
    /// An element of a list.
    case element(key: String, expected: String, found: String)
    /// A value that is none of those of its key.
    case choice(key: String, found: String, known: [String])
    /// A setting of `generate` with another value than the one that changes nothing.
    case fixed(key: String, value: Int, found: String, FixedReason)
    /// What is read and changes nothing, or is not read.
    case unused(key: String, UnusedReason)
    case unsupported(key: String, UnsupportedReason)
    /// A part of the file that lacks what it needs; `found` stands where a name should.
    case incomplete(Part, needs: [String], found: String? = nil)
    /// Neither of the splits that say what is evaluated.
    case noSplit

    // Names
    case unknownFilter(String, nearest: String?)
    /// A filter of texts, where an output type has none.
    case textFilter(String, outputType: String)
    case unknownMetric(String, known: [String])
    /// A metric that nothing says how to sum up.
    case unaggregatedMetric(String, nearest: String?)
    /// A metric that only a Python library computes.
    case foreignMetric(String)
    case unknownAggregation(String, known: [String])
    case groupAggregation(found: String)

    // Functions and templates
    /// A function that does something else than its key needs; no key where it is a filter's.
    case function(String, key: String?, needs: FunctionUse)
    /// A Python function that has no native one; `registered` is the name that one would have.
    case unknownFunction(String, key: String, Source?, registered: String)
    /// A value where the name of a class beside the file is needed.
    case noClass(found: String)
    case unknownClass(String, Source)
    /// The task runs programs, and none may be run.
    case programs
    case template(key: String, TemplateError)
    case pattern(TemplateError)
    /// What Python says of a function.
    case python(key: String, ErrorCause)
    /// What a filter says of its settings.
    case filterSettings(String, ErrorCause)

    // Groups
    case noMembers
    case member(of: String, found: String)
    case memberKey(String, of: String)
    /// A member whose file has findings: the first, and how many more.
    case unloadable(member: String, TaskFinding, others: Int)

    // Files and documents
    /// A text that is no YAML, in the parser's words.
    case noYAML(reason: String)
    /// Bytes that are no text.
    case noText
    case violation(Violation)
    /// An error that ends the reading of a file, or of the data.
    case error(TaskError)
    /// Labels that name no choice.
    case labels(astray: Int, of: Int, split: String, first: Int, found: String)
  }

  public enum Repeated: Sendable, Equatable {
    case key(String)
    case filter(String)
    case metric(String)
  }

  public enum FixedReason: Sendable, Equatable { case noBeams, changesAnswers }

  /// Why a key does nothing.
  public enum UnusedReason: Sendable, Equatable {
    case noDraws
    /// Answers are drawn at a temperature of 0.
    case noTemperature
    case beside(String)
    case otherMetric
    case notHeeded
    /// What a Python library does, this does without.
    case native
  }

  public enum UnsupportedReason: Sendable, Equatable {
    case notText, functionsBesidePrograms, noPython, drawing
  }

  public enum Part: Sendable, Equatable {
    /// An entry of the list of that key.
    case entry(of: String)
    case filterStep
    case filter(String)
    case member(of: String)
  }

  /// What a function makes, or of what.
  public enum FunctionUse: String, Sendable {
    case document = "a document"
    case documents = "documents"
    case results = "results"
    case answers = "answers"
    case examples = "examples"
    case pairs = "references and answers"
    case values = "all values"
  }

  /// The source of a Python function or class that no native one is known to do the same as.
  public struct Source: Sendable, Equatable {
    public var path: String
    public var digest: String
    public var shape: String
  }
}

extension TaskFinding.Source {
  init(_ function: PythonFunction) {
    self.init(path: function.path, digest: function.digest, shape: function.shape)
  }
}

extension TaskFinding {
  /// The key at fault.
  public var key: String? {
    switch problem {
    case .unknownKey(let key, _), .missingKey(let key, _), .repeated(.key(let key)), .value(let key, _, _),
      .element(let key, _, _), .choice(let key, _, _), .fixed(let key, _, _, _), .unused(let key, _),
      .unsupported(let key, _), .unknownFunction(_, let key, _, _), .template(let key, _),
      .python(let key, _), .memberKey(let key, _):
      key
    case .function(_, let key, _): key
    case .violation(let violation): violation.part
    case .error(let error): error.key
    default: nil
    }
  }

  /// What would have been right.
  public var expected: String? {
    switch problem {
    case .value(_, let expected, _), .element(_, let expected, _): expected
    case .choice(_, _, let known), .unknownMetric(_, let known), .unknownAggregation(_, let known):
      known.joined(separator: ", ")
    case .fixed(_, let value, _, _): "\(value)"
    case .incomplete(_, let keys, _): keys.joined(separator: ", ")
    case .violation(let violation): violation.expected
    case .error(let error): error.expected
    default: nil
    }
  }

  /// What stands there instead.
  public var found: String? {
    switch problem {
    case .unknownKey(let found, _), .value(_, _, let found), .element(_, _, let found),
      .choice(_, let found, _), .fixed(_, _, let found, _), .unknownFilter(let found, _),
      .unknownMetric(let found, _), .unaggregatedMetric(let found, _), .foreignMetric(let found),
      .unknownAggregation(let found, _), .groupAggregation(let found), .function(let found, _, _),
      .unknownFunction(let found, _, _, _), .noClass(let found), .unknownClass(let found, _),
      .member(_, let found), .labels(_, _, _, _, let found):
      found
    case .incomplete(_, _, let found): found
    case .violation(let violation): violation.found
    case .error(let error): error.found
    default: nil
    }
  }

  /// The right name that is nearest to ``found``.
  public var nearest: String? {
    switch problem {
    case .unknownKey(_, let nearest), .unknownFilter(_, let nearest), .unaggregatedMetric(_, let nearest):
      nearest
    case .choice(_, let found, let known), .unknownMetric(let found, let known),
      .unknownAggregation(let found, let known):
      nearestName(to: found, among: known)
    case .violation(let violation): violation.nearest
    case .error(let error): error.nearest
    default: nil
    }
  }
}
