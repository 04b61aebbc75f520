import Basics
public import Evaluations
import Foundation
import Jobs
import TensorCore
import Tokenization

/// What a comparison of models found.
public struct DivergenceReport: Sendable {
  /// How it was made.
  public struct Settings: Sendable, Equatable {
    /// The longest sequence, in tokens.
    public let context: Int
    /// How texts were cut; `nil` where that is as a run has done it.
    public var windows: TextWindows?
    /// How many ids were compared; `nil` where distributions were not.
    public var vocabulary: Int?
  }

  /// A model, and what it reached by itself.
  public struct Model: Sendable {
    public let name: String
    /// How products were computed.
    public let mode: String
    /// Of the files that hold its weights; `nil` for a run.
    public var bytesOnDisk: Int?
    /// Seconds that its passes and logits have taken; `nil` for a run.
    public var seconds: Double?
    /// The first metric of each evaluation; none against a run.
    public var scores: [(evaluation: String, metric: Metric)] = []
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

  /// - Parameter models: The reference, then the candidates, in the order of the comparison.
  init(
    _ models: [Model], _ comparison: RowComparison, _ requests: [ScoreRequest],
    _ documents: [ComparedDocument], _ tokenizer: any Tokenizer, settings: Settings
  ) throws {
    self.settings = settings
    self.documents = documents
    self.requests = requests
    readings = comparison.reference
    tokensRead = comparison.tokensRead
    reference = models[0]
    candidates = try zip(models.dropFirst(), comparison.candidates).map { model, candidate in
      func statistics(_ documents: [ComparedDocument]) -> DivergenceStatistics {
        DivergenceStatistics(of: candidate, from: comparison.reference, over: documents)
      }
      return Candidate(
        model: model, statistics: statistics(documents), documents: documents.map { statistics([$0]) },
        changes: try ChangedToken.largest(
          ChangedToken.most, of: candidate, from: comparison.reference, documents, requests, tokenizer),
        comparison: candidate)
    }
    peakMemory = Machine.peakMemory
  }
}

extension DivergenceReport.Model {
  init(
    _ side: DivergenceRun.Side, mode: String, seconds: Double,
    scores: [(evaluation: String, metric: Metric)] = []
  ) throws {
    self.init(
      name: side.name, mode: mode, bytesOnDisk: try Self.bytes(of: side.job.weightFiles()), seconds: seconds,
      scores: scores)
  }

  private static func bytes(of files: [String]) -> Int {
    files.reduce(0) { $0 + (FileStatus($1)?.size ?? 0) }
  }
}
