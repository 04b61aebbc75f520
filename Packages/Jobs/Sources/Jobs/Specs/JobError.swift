import Basics

/// Why a job cannot run or finish: facts, and one sentence of them.
public struct JobError: Error, CustomStringConvertible, Equatable {
  /// The classes of failure, with the exit codes of `sysexits.h`.
  public enum Fault: Int32, Sendable {
    case usage = 64
    case badData = 65
    case missingInput = 66
    case internalError = 70
    case tryAgain = 75
  }

  /// What has failed.
  public enum Kind: Sendable, Equatable {
    /// No job, evaluation or model of that name is registered.
    case unknownName(of: String, String, nearest: String?)
    /// A job has no checkpoint of that suffix.
    case unknownCheckpoint(job: String, suffix: String, nearest: String?, known: [String])
    /// A job that evaluates was given nothing to evaluate.
    case noEvaluations
    /// A file or folder cannot be written.
    case unwritable(path: String, reason: String)
    /// A file is there and cannot be read.
    case unreadable(path: String, reason: String)
    /// A file is not there.
    case missingFile(path: String, sentence: String)
    /// A file does not hold what it should.
    case malformedFile(path: String, sentence: String)
    /// A model's output is not a number where a score is computed.
    case notFinite(NonFiniteOutput)
    /// A recorded score is not a number.
    case recordedNotFinite(path: String, line: Int)
    /// Another run of the same name is at work.
    case busy(job: String)
    /// `shardInto` does not divide the ranks.
    case indivisible(shardInto: Int, devices: Int)
    /// What has no facts of its own.
    case other(Fault, String)
  }

  public let kind: Kind

  public init(_ kind: Kind) { self.kind = kind }

  /// An error whose sentence is all there is to it.
  public init(_ fault: Fault, _ description: String) { kind = .other(fault, description) }
}

extension JobError {
  /// Whose fault it is, for an exit code.
  public var fault: Fault {
    switch kind {
    case .unknownName, .noEvaluations, .unwritable, .indivisible: .usage
    case .unreadable, .malformedFile, .notFinite, .recordedNotFinite: .badData
    case .unknownCheckpoint, .missingFile: .missingInput
    case .busy: .tryAgain
    case .other(let fault, _): fault
    }
  }

  /// The file or folder that the error is about.
  public var path: String? {
    switch kind {
    case .unwritable(let path, _), .unreadable(let path, _), .missingFile(let path, _),
      .malformedFile(let path, _), .recordedNotFinite(let path, _):
      path
    default: nil
    }
  }

  /// The setting that the error is about.
  public var key: String? {
    if case .noEvaluations = kind { "eval/evaluations" } else { nil }
  }

  /// What was given.
  public var found: String? {
    switch kind {
    case .unknownName(_, let name, _): name
    case .unknownCheckpoint(_, let suffix, _, _): suffix
    case .indivisible(let shardInto, _): "\(shardInto)"
    default: nil
    }
  }

  /// The nearest name to what was given, among those that exist.
  public var nearest: String? {
    switch kind {
    case .unknownName(_, _, let nearest), .unknownCheckpoint(_, _, let nearest, _): nearest
    default: nil
    }
  }

  public var description: String {
    switch kind {
    case .unknownName(let what, let name, let nearest): "unknown \(what) '\(name)'\(suggestion(nearest))"
    case .unknownCheckpoint(let job, let suffix, let nearest, let known):
      "job '\(job)' has no checkpoint '\(suffix)'\(Self.list(known))\(suggestion(nearest))"
    case .noEvaluations:
      "there is nothing to evaluate: name evaluations with --tasks A,B or the setting 'eval/evaluations'"
    case .unwritable(let path, let reason): "cannot write '\(path)': \(reason)"
    case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
    case .missingFile(_, let sentence), .malformedFile(_, let sentence): sentence
    case .notFinite(let output): output.description
    case .recordedNotFinite(let path, let line):
      "line \(line) of '\(path)' has a score that is not a number; run the evaluations again"
    case .busy(let job):
      "another run of '\(job)' is at work; try again when it has ended, or choose another --name"
    case .indivisible(let shardInto, let devices):
      "shardInto must divide devices, which is \(devices), found \(shardInto)"
    case .other(_, let sentence): sentence
    }
  }

  private static func list(_ known: [String]) -> String {
    known.isEmpty ? "; it has none" : "; it has \(known.map { "'\($0)'" }.joined(separator: ", "))"
  }
}

/// Where a model's output is not a number.
public struct NonFiniteOutput: Sendable, Equatable, CustomStringConvertible {
  public var evaluation: String
  /// The index of the document.
  public var document: Int
  /// The position in its sequence of the token whose log-probability is not finite.
  public var position: Int
  /// The log-probability: NaN or an infinity.
  public var value: String
  /// The first recorded stage of the model whose output is not finite, such as `blocks_3`; `nil` where it is not known.
  public var stage: String?

  public init(evaluation: String, document: Int, position: Int, value: String, stage: String? = nil) {
    self.evaluation = evaluation
    self.document = document
    self.position = position
    self.value = value
    self.stage = stage
  }

  public var description: String {
    "evaluation '\(evaluation)', document \(document): the model's log-probability at position \(position) is \(value)"
      + (stage.map { "; the first output that is not finite is that of '\($0)'" } ?? "")
  }
}
