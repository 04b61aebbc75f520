public import Basics

/// Why a served model cannot be evaluated, in one sentence.
public struct RemoteError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// What follows `openai:` is no address.
    case address(String)
    /// The server answered with an error.
    case status(Int, url: String, message: String)
    /// The answer is not what the protocol says.
    case malformed(url: String, what: String)
    case noModel(String, url: String, known: [String])
    /// What the probe found that the server cannot do.
    case lacks(String, url: String)
    case budget(Int)
    case unreachable(url: String, reason: String)
  }

  public let kind: Kind

  public init(_ kind: Kind) { self.kind = kind }

  public var fault: Fault {
    switch kind {
    case .address, .lacks: .usage
    case .noModel: .missingInput
    case .malformed: .badData
    case .status(let status, _, _): status == 429 || status >= 500 ? .tryAgain : .usage
    case .budget, .unreachable: .tryAgain
    }
  }

  public var description: String {
    switch kind {
    case .address(let text):
      "'openai:' needs the address of a server and a model, as in openai:http://127.0.0.1:8000/v1#MODEL, found '\(text)'"
    case .status(let status, let url, let message): "'\(url)' answers \(status): \(message)"
    case .malformed(let url, let what):
      "the answer of '\(url)' has no \(what) where OpenAI's protocol has one"
    case .noModel(let name, let url, let known):
      "'\(url)' serves no model '\(name)'; it serves \(known.map { "'\($0)'" }.joined(separator: ", "))"
    case .lacks(let what, let url): "the server at '\(url)' \(what)"
    case .budget(let count):
      "--max-requests \(count) are used up; what was answered is in the journal, and the same command resumes the run"
    case .unreachable(let url, let reason): "'\(url)' cannot be reached: \(reason)"
    }
  }
}
