public import Basics

/// Why a program could not be run, which is no fault of the program.
public struct SandboxError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// The folder that it was to write in cannot be made.
    case scratch(path: String, reason: String)
    /// The Python that was to run it cannot be started.
    case python(path: String, reason: String)
    /// Not even an empty program runs to its end with a Python.
    case unending(path: String)
  }

  public let kind: Kind

  init(_ kind: Kind) { self.kind = kind }

  public var fault: Fault {
    switch kind {
    case .scratch: .usage
    case .python, .unending: .missingInput
    }
  }

  public var description: String {
    switch kind {
    case .scratch(let path, let reason): "the folder '\(path)' for a program cannot be made: \(reason)"
    case .python(let path, let reason): "programs cannot be run with '\(path)': \(reason)"
    case .unending(let path):
      "programs cannot be run with '\(path)': an empty program does not run to its end"
    }
  }
}
