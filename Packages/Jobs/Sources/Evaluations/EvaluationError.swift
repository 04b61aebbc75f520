public import Basics

/// An evaluation that cannot be run as asked: facts, and one sentence of them.
public struct EvaluationError: ReportableError, Equatable {
  public enum Kind: Sendable, Equatable {
    /// An option of ``EvaluationOptions`` has a value that means nothing.
    case option(String, expected: String, found: String)
    /// The tokens to generate fill the whole block; `for` is the task or evaluation.
    case noRoom(for: String, newTokens: Int, blockSize: Int)
    /// A rank makes other requests than the first.
    case otherRequests(rank: Int)
    case noDocuments(evaluation: String)
    /// All documents of an evaluation are empty, so that there is nothing to score.
    case nothingToScore(evaluation: String, documents: Int)
    /// A document holds a token that the model has no row for, as of a tokenizer that belongs to another model.
    case outsideVocabulary(evaluation: String, document: Int, id: Int32, text: String, vocabularySize: Int)
    /// A text has fewer tokens than a window of which a part is scored.
    case shortText(evaluation: String, tokens: Int, window: Int)
    /// An option of the run that an evaluation does not use.
    case unusedOption(EvaluationOption, evaluation: String, reason: String)
    /// What an evaluation of another package refuses, in words of its own.
    case other(String)
  }

  public let kind: Kind

  public init(_ kind: Kind) { self.kind = kind }

  /// An error of an evaluation of another package, in words of its own.
  public init(_ description: String) { kind = .other(description) }

  /// Of documents, or of what was asked for.
  public var fault: Fault {
    switch kind {
    case .nothingToScore, .outsideVocabulary, .shortText: .badData
    default: .usage
    }
  }

  /// The evaluation or task.
  public var evaluation: String? {
    switch kind {
    case .noRoom(let name, _, _), .noDocuments(let name), .nothingToScore(let name, _),
      .outsideVocabulary(let name, _, _, _, _), .shortText(let name, _, _), .unusedOption(_, let name, _):
      name
    case .option, .otherRequests, .other: nil
    }
  }

  /// The option, or the setting that it stands for.
  public var key: String? {
    switch kind {
    case .option(let name, _, _): name
    case .unusedOption(let option, _, _): option.key
    default: nil
    }
  }

  public var expected: String? { if case .option(_, let expected, _) = kind { expected } else { nil } }

  public var found: String? {
    switch kind {
    case .option(_, _, let found): found
    case .noRoom(_, let newTokens, _): "\(newTokens)"
    case .outsideVocabulary(_, _, let id, _, _): "\(id)"
    default: nil
    }
  }

  public var description: String {
    switch kind {
    case .option(let name, let expected, let found): "\(name) must be \(expected), found \(found)"
    case .noRoom(let name, let newTokens, let blockSize):
      "\(name) asks for \(newTokens) new tokens, which leaves no room for a prompt in a block of \(blockSize)"
    case .otherRequests(let rank):
      "rank \(rank) asks other requests than rank 0: its data, tasks or tokenizer are not the same"
    case .noDocuments(let evaluation): "evaluation '\(evaluation)' has no documents"
    case .nothingToScore(let evaluation, 1):
      "evaluation '\(evaluation)': its only document is empty, nothing to score"
    case .nothingToScore(let evaluation, let documents):
      "evaluation '\(evaluation)': all \(documents) documents are empty, nothing to score"
    case .outsideVocabulary(let evaluation, let document, let id, let text, let size):
      "evaluation '\(evaluation)', document \(document): token \(id) ('\(text)') is outside the model's vocabulary 0 ..< \(size); the tokenizer is not this model's"
    case .shortText(let evaluation, let tokens, let window):
      "text '\(evaluation)' has \(tokens) tokens, fewer than a window of \(window), of which the second half is scored"
    case .unusedOption(let option, let evaluation, let reason):
      "option '\(option.rawValue)'\(option.key.map { " (\($0))" } ?? "") does nothing for evaluation '\(evaluation)': \(reason)"
    case .other(let sentence): sentence
    }
  }
}
