import Evaluations
import Foundation
import TensorCore
import Tokenization

/// A position at which a candidate's distribution is far from the reference's, as text.
public struct ChangedToken: Sendable, Equatable {
  /// The index of the document among those compared.
  public let document: Int
  /// The position in its sequence of the token that follows.
  public let position: Int
  /// In nats; `nil` where the reference's distributions are not known.
  public let divergence: Double?
  /// The text before the token, as far as it is shown.
  public let context: String
  /// The token that follows.
  public let token: Choice
  /// What the reference and the candidate find most probable, with the probability that each gives its own.
  public let referenceTop: Top
  public let candidateTop: Top

  /// A token, and its probabilities.
  public struct Choice: Sendable, Equatable {
    public let text: String
    public let referenceProbability: Double
    public let candidateProbability: Double
  }

  /// The most probable token of one model.
  public struct Top: Sendable, Equatable {
    public let text: String
    /// `nil` where the model's distributions are not known.
    public let probability: Double?
  }

  /// How many are found of each candidate.
  public static let most = 100

  /// How many tokens of context are shown.
  private static let contextLength = 24

  /// The rows of the largest divergences, each once and none without; where these are not known, of the largest changes of a token's
  /// log-probability.
  static func largest(
    _ count: Int, of candidate: RowComparison.Candidate, from reference: RowDivergences.Side,
    _ documents: [ComparedDocument], _ requests: [ScoreRequest], _ tokenizer: any Tokenizer
  ) throws -> [ChangedToken] {
    var seen: Set<Int> = []
    let tokens = documents.enumerated().flatMap { index, document in
      document.tokens.filter { seen.insert($0.place.row).inserted }.map { (index, $0) }
    }
    func change(_ place: RowComparison.Place) -> Double {
      candidate.divergence.isEmpty
        ? abs(
          candidate.reading.targetLogProbability[place.target]
            - reference.targetLogProbability[place.target])
        : candidate.divergence[place.row]
    }
    let changed = tokens.map { (document: $0.0, token: $0.1, change: change($0.1.place)) }.filter {
      $0.change > 0
    }
    let largest = changed.sorted {
      ($1.change, $0.token.place.row) < ($0.change, $1.token.place.row)
    }.prefix(count)
    // A model that pads its vocabulary may find an id most probable that is no token.
    func text(of id: Int32) -> String { (try? tokenizer.decode([id])) ?? "[\(id)]" }
    return try largest.map { document, token, change in
      let (row, ids) = (token.place.row, requests[token.request].ids)
      func top(_ side: RowDivergences.Side) -> Top {
        Top(
          text: text(of: side.argmax[row]),
          probability: side.argmaxLogProbability.isEmpty ? nil : exp(side.argmaxLogProbability[row]))
      }
      return ChangedToken(
        document: document, position: token.position, divergence: candidate.divergence.isEmpty ? nil : change,
        context: try tokenizer.decode(Array(ids[..<token.position].suffix(contextLength))),
        token: Choice(
          text: text(of: ids[token.position]),
          referenceProbability: exp(reference.targetLogProbability[token.place.target]),
          candidateProbability: exp(candidate.reading.targetLogProbability[token.place.target])),
        referenceTop: top(reference), candidateTop: top(candidate.reading))
    }
  }
}
