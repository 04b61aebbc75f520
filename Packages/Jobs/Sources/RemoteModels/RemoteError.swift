public import Basics
public import Hub

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
    case lacks(Ability, url: String)
    case budget(Budget)
    case unreachable(url: String, HubError)
  }

  /// What a run may ask of a server, at most.
  public enum Budget: Sendable, Equatable {
    case requests(Int)
    case tokens(Int)
  }

  /// What a server cannot do.
  public enum Ability: Sendable, Equatable {
    case scoresPrompts(PromptFault)
    case keepsTokenizer
    /// Prompts as ids.
    case takesIDs
    /// It answers neither prompts nor conversations, for its own reason.
    case generates(String)
  }

  /// How a server answers that does not score prompts.
  public enum PromptFault: Sendable, Equatable {
    case ignoresEcho, hasNoLogProbabilities
    /// The request, for its own reason.
    case refuses(String)
    /// It has another number of tokens than the prompt has ids.
    case tokenizes(ids: Int, found: Int)
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
      "'\(url)' serves no model '\(name)'; it serves \(quotedList(known))"
    case .lacks(let what, let url): "the server at '\(url)' \(what.absence)"
    case .budget(let budget):
      "\(budget.option) are used up; what was answered is in the journal, and the same command resumes the run"
    case .unreachable(let url, let error): "'\(url)' cannot be reached: \(error)"
    }
  }
}

extension RemoteError.Budget {
  fileprivate var option: String {
    switch self {
    case .requests(let count): "--max-requests \(count)"
    case .tokens(let count): "--max-tokens \(count)"
    }
  }
}

extension RemoteError.Ability {
  fileprivate var absence: String {
    switch self {
    case .scoresPrompts(let fault): "\(fault.clause); evaluations that generate can be run on it"
    case .keepsTokenizer:
      "has no /tokenizer_info; name the model's tokenizer with tokenizer.backend=huggingface tokenizer.name=DIR"
    case .takesIDs:
      "takes prompts as texts and makes ids of them itself; leave out tokenizer.backend and tokenizer.name"
    case .generates(let reason): "answers neither prompts nor conversations: \(reason)"
    }
  }
}

extension RemoteError.PromptFault {
  fileprivate var clause: String {
    switch self {
    case .ignoresEcho: "ignores 'echo', so it scores no prompts"
    case .hasNoLogProbabilities: "answers without log-probabilities"
    case .refuses(let reason): "scores no prompts of ids: \(reason)"
    case .tokenizes(let ids, let found):
      "has \(found) tokens for a prompt of \(ids) ids: it tokenizes prompts anew"
    }
  }
}
