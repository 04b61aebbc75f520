import Basics
public import Evaluations
import Foundation
import Jobs
import TensorCore

/// What a comparison of models found.
public struct DivergenceReport: Sendable {
  /// How it was made.
  public struct Settings: Sendable, Equatable {
    /// The longest sequence, in tokens.
    public let context: Int
    public let windows: TextWindows
    /// How many ids were compared.
    public let vocabulary: Int
  }

  /// A model, and what it reached by itself.
  public struct Model: Sendable {
    public let name: String
    /// How products were computed.
    public let mode: String
    /// Of the files that hold its weights.
    public let bytesOnDisk: Int
    /// Seconds that its passes and logits have taken.
    public let seconds: Double
    /// The first metric of each evaluation.
    public let scores: [(evaluation: String, metric: Metric)]
  }

  /// A candidate, and how far it is from the reference.
  public struct Candidate: Sendable {
    public let model: Model
    public let statistics: DivergenceStatistics
    /// By document, where there are several.
    public let documents: [DivergenceStatistics]
    /// The rows that changed most, largest divergence first.
    public let changes: [ChangedToken]
    let comparison: RowComparison.Candidate
  }

  public let settings: Settings
  public let reference: Model
  public let candidates: [Candidate]
  public let documents: [ComparedDocument]
  /// How many tokens each model has read.
  public let tokensRead: Int
  /// The most memory that the process has held.
  public let peakMemory: Int
  let requests: [ScoreRequest]
  let readings: RowDivergences.Side

  init(
    _ sides: [(side: DivergenceRun.Side, mode: String)], _ comparison: RowComparison,
    _ requests: [ScoreRequest],
    _ asked: [AskedEvaluation], _ documents: [ComparedDocument], settings: Settings
  ) throws {
    func model(_ index: Int, _ side: RowDivergences.Side) throws -> Model {
      var rest = comparison.responses(of: side, to: requests)[...]
      return Model(
        name: sides[index].side.name, mode: sides[index].mode,
        bytesOnDisk: try Self.bytes(of: sides[index].side.job.weightFiles()),
        seconds: comparison.seconds[index],
        scores: try asked.compactMap { asked in
          let count = asked.samples.reduce(0) { $0 + $1.requests.count }
          defer { rest = rest.dropFirst(count) }
          return try asked.metrics(of: rest.prefix(count)).first.map {
            (evaluation: asked.evaluation.name, metric: $0)
          }
        })
    }
    self.settings = settings
    self.documents = documents
    self.requests = requests
    readings = comparison.reference
    tokensRead = comparison.tokensRead
    reference = try model(0, comparison.reference)
    candidates = try comparison.candidates.enumerated().map { index, candidate in
      Candidate(
        model: try model(index + 1, candidate.reading),
        statistics: DivergenceStatistics(of: candidate, from: comparison.reference, over: documents),
        documents: documents.map {
          DivergenceStatistics(of: candidate, from: comparison.reference, over: [$0])
        },
        changes: try ChangedToken.largest(
          ChangedToken.most, of: candidate, from: comparison.reference, documents, requests,
          sides[0].side.job.tokenizer),
        comparison: candidate)
    }
    peakMemory = Machine.peakMemory
  }

  private static func bytes(of files: [String]) -> Int {
    files.reduce(0) { sum, path in
      let attributes = try? FileManager.default.attributesOfItem(
        atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
      return sum + ((attributes?[.size] as? NSNumber)?.intValue ?? 0)
    }
  }
}
