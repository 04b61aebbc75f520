public import Basics

/// Why models cannot be compared: facts, and one sentence of them.
public struct DivergenceError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// Models are named by their places on the command line.
    case vocabularySizes(reference: String, Int, candidate: String, Int)
    /// The first token that differs, as each vocabulary spells it; `nil` where one has none of that id.
    case token(id: Int, reference: String, String?, candidate: String, String?)
    /// An evaluation generates answers, whose tokens differ from model to model.
    case generates(evaluation: String)
    /// Windows that are longer than a model reads.
    case context(found: Int, most: Int, model: String)
  }

  public let kind: Kind

  init(_ kind: Kind) { self.kind = kind }

  /// Of the models, or of what was asked for.
  public var fault: Fault {
    switch kind {
    case .vocabularySizes, .token: .badData
    case .generates, .context: .usage
    }
  }

  public var description: String {
    switch kind {
    case .vocabularySizes(let reference, let first, let candidate, let second):
      "the vocabulary of '\(candidate)' has \(second) ids and that of '\(reference)' \(first); --common-vocabulary compares the ids that both have"
    case .token(let id, let reference, let first, let candidate, let second):
      "vocabularies differ: token \(id) is \(Self.quoted(second)) in '\(candidate)' and \(Self.quoted(first)) in '\(reference)'"
    case .generates(let evaluation):
      "evaluation '\(evaluation)' generates answers, which differ from model to model; diff compares what is scored"
    case .context(let found, let most, let model):
      "a context of \(found) tokens is longer than the \(most) that '\(model)' reads"
    }
  }

  private static func quoted(_ token: String?) -> String { token.map { "'\($0)'" } ?? "missing" }
}
