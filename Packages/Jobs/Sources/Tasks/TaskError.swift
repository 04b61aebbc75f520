/// Why a task cannot be run as asked, in one sentence.
public struct TaskError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// A name, split or number that nobody offers.
    case usage
    /// A task file, template, or document that is wrong.
    case badData
    /// A file that is not there.
    case missingInput
    /// A server that failed, and may not the next time.
    case tryAgain
  }

  public var kind: Kind
  public var description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  static func badData(_ sentence: String) -> TaskError { TaskError(.badData, sentence) }
}

/// One thing that is wrong with a task file.
public struct TaskFinding: Sendable, Equatable, CustomStringConvertible {
  public var file: String
  /// Counted from 1; 0 where no line is known.
  public var line: Int
  public var message: String

  public var description: String {
    "'\(file)'" + (line > 0 ? ", line \(line)" : "") + ": \(message)"
  }
}
