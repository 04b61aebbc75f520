public import Basics

/// Why a function of a task file has no answer.
public struct BridgeError: ReportableError, Sendable, Equatable {
  public enum Kind: Error, Sendable, Equatable {
    /// The named program cannot be started, or is no Python that the script runs in.
    case noPython(path: String, reason: String)
    /// The function itself failed, in a line of its file where that is known.
    case exception(type: String, message: String, file: String, line: Int)
    /// The process ended, by a signal or with a status; the last line that it wrote.
    case ended(reason: String, last: String)
    /// No answer within so many seconds.
    case timeout(seconds: Int)
    /// An answer of more than so many bytes.
    case tooLong(limit: Int)
    /// An answer that is not of the agreed form.
    case notUnderstood
  }

  public let kind: Kind
  /// The function that was called.
  public var function: String?

  init(_ kind: Kind, function: String? = nil) {
    self.kind = kind
    self.function = function
  }

  public var fault: Fault {
    switch kind {
    case .noPython: .missingInput
    case .ended: .tryAgain
    case .exception, .timeout, .tooLong, .notUnderstood: .badData
    }
  }

  public var description: String {
    (function.map { "the Python function '\($0)' " } ?? "Python ") + sentence
  }

  private var sentence: String {
    switch kind {
    case .noPython(let path, let reason): "cannot be run as '\(path)': \(reason)"
    case .exception(let type, let message, let file, let line):
      "failed"
        + (file.isEmpty ? "" : " in '\(file)', line \(line)") + ": \(type)"
        + (message.isEmpty ? "" : ": \(message)")
    case .ended(let reason, let last): "ended its process by \(reason)" + (last.isEmpty ? "" : ": \(last)")
    case .timeout(let seconds): "gave no answer within \(seconds) s"
    case .tooLong(let limit): "gave an answer of more than \(limit >> 20) MiB"
    case .notUnderstood: "gave an answer that is no JSON"
    }
  }
}
