import Evaluations
public import Jobs
public import Runs
import Tokenization

/// A run that is kept, and candidates that are asked the same: how the probabilities of what was scored changed.
///
/// A run records log-probabilities of scored tokens and the most probable ids. So there is no divergence of distributions.
public struct RecordedDivergence {
  private let run: StoredRun
  private let candidates: [DivergenceRun.Side]
  /// The evaluations that are compared; all of the run's where it is `nil`.
  public var evaluations: [String]?
  /// Called with how far the comparison is.
  public var progress: (JobProgress) -> Void = { _ in }

  /// - Precondition: There is a candidate.
  public init(_ run: StoredRun, _ candidates: [DivergenceRun.Side]) {
    precondition(!candidates.isEmpty, "a comparison needs a candidate")
    self.run = run
    self.candidates = candidates
  }

  /// Loads the candidates and asks them what the run was asked.
  ///
  /// - Throws: ``DivergenceError``; `JobError` for a run that has not finished, another tokenizer, or logits that are not
  ///   numbers.
  public func callAsFunction() throws -> DivergenceReport {
    let provenance = try run.finished().provenance
    for candidate in candidates where candidate.job.tokenizer.identity != provenance.tokenizer {
      throw JobError(
        .otherTokenizer(
          path: run.folder, expected: provenance.tokenizer, found: candidate.job.tokenizer.identity))
    }
    let (asked, recorded) = try exchanges()
    guard asked.requests.contains(where: { !$0.isEmpty }) else {
      throw EvaluationError(.nothingToScore(evaluation: run.title, documents: asked.locations.count))
    }
    var comparison = RowComparison(asked.requests, reference: recorded)
    var models = [DivergenceReport.Model(name: run.title, mode: provenance.mode)]
    for candidate in candidates {
      let model = try candidate.job.comparedModel(sharers: 1)
      let found = try model.responses(to: asked.requests) {
        progress(JobProgress(unit: "tokens", completed: $0.tokens, total: $0.totalTokens))
      }
      for (index, response) in found.responses.enumerated() {
        guard let offset = response.firstNonFinite else { continue }
        throw asked.notFinite(
          model: candidate.name, request: index, position: asked.requests[index].first + offset)
      }
      comparison.append(found)
      models.append(try .init(candidate, mode: model.mode, seconds: found.seconds))
    }
    return try DivergenceReport(
      models, comparison, asked.requests,
      asked.documents(comparison, byWindow: false), candidates[0].job.tokenizer,
      settings: .init(context: provenance.blockSize))
  }

  /// What was asked, and the run's responses.
  private func exchanges() throws -> (AskedRequests, [Response]) {
    var asked = AskedRequests()
    var responses: [Response] = []
    for evaluation in evaluations ?? run.evaluations {
      for sample in try run.samples(of: evaluation) {
        try asked.append(evaluation, document: sample.document, sample.exchanges.map(\.request))
        responses += sample.exchanges.map(\.response)
      }
    }
    return (asked, responses)
  }
}
