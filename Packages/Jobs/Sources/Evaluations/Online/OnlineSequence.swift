public import Basics
import Models
import TensorCore
import Tokenization

/// One request on its way through the passes.
final class OnlineSequence {
  let number: UInt64
  let request: OnlineRequest
  private let sink: @Sendable (OnlineEvent) -> Void
  /// The pages of what the model reads of the prompt.
  let path: [PrefixPage]
  let inputCount: Int
  /// How many positions are computed, those of the pass under way included.
  var position = 0
  /// Positions of the prompt before this one are scored, or will be when the pass is computed.
  var nextScored: Int
  /// The score of the id behind the last page, which the model does not read.
  private let lastScore = ScoreCell()
  private(set) var generation: ActiveGeneration?
  /// What the client has been sent of the generation.
  private var reported = 0
  /// The most probable ids of the newest position.
  var top: [TopToken] = []
  private var hasReportedScores = false
  private(set) var isFinished = false

  init(
    _ number: UInt64, _ request: OnlineRequest, path: [PrefixPage],
    sink: @escaping @Sendable (OnlineEvent) -> Void
  ) {
    self.number = number
    self.request = request
    self.path = path
    self.sink = sink
    inputCount = request.inputCount
    nextScored = request.scored.lowerBound
  }

  /// Whether rows of the prompt are still to compute.
  var needsRows: Bool { position < inputCount }

  /// Whether the prompt is computed and its continuation not begun.
  var isReadyToGenerate: Bool {
    guard let request = request.generation else { return false }
    return !needsRows && generation == nil && request.limit > 0
  }

  /// The score of the id at a position of the prompt.
  func score(at position: Int) -> ScoreCell {
    position < inputCount
      ? path[position / PrefixPage.size].scores[position % PrefixPage.size] : lastScore
  }

  /// The hidden row at a position of the prompt, which is computed.
  func row(at position: Int) -> HiddenRow {
    path[position / PrefixPage.size].source(at: position % PrefixPage.size)
  }

  /// Begins the continuation: on whole pages of the prompt, which stay shared, and a copy of a partial one.
  func startGeneration(
    in cache: KVCache, decode: @escaping @Sendable ([Int32]) throws(TokenizerError) -> String
  ) -> ActiveGeneration {
    guard let request = request.generation else { preconditionFailure("a request without a continuation") }
    let whole = inputCount / PrefixPage.size
    var table = path.prefix(whole).map { $0.pageNumber! }
    let partial = inputCount % PrefixPage.size == 0 ? nil : cache.copyPage(path[whole].pageNumber!)
    if let partial { table.append(partial) }
    let sequence = CachedSequence(in: cache, sharing: table, count: inputCount)
    if let partial { cache.release(partial) }
    let generation = ActiveGeneration(0, request, sequence: sequence, row: 0, decode: decode)
    self.generation = generation
    return generation
  }

  /// Sends the client what the pass has found.
  func report() {
    guard !isFinished else { return }
    reportScores()
    if let generation {
      report(generation)
    } else if !needsRows, hasReportedScores || request.scored.isEmpty,
      (request.generation?.limit ?? 0) <= 0
    {
      finish(.finished(.scored))
    }
  }

  private func reportScores() {
    guard !hasReportedScores, !request.scored.isEmpty, nextScored == request.scored.upperBound else { return }
    let scores = request.scored.map { score(at: $0).value! }
    hasReportedScores = true
    if let bad = scores.first(where: { !$0.score.logProbability.isFinite }) {
      return finish(.failed(NotANumber(value: bad.score.logProbability)))
    }
    sink(.scored(scores))
  }

  private func report(_ generation: ActiveGeneration) {
    let result = generation.result
    if result.ids.count > reported {
      let logProbability = result.logProbabilities[reported]
      guard logProbability.isFinite else { return finish(.failed(NotANumber(value: logProbability))) }
      sink(
        .generated(
          GeneratedToken(
            id: result.ids[reported], logProbability: logProbability, top: top, isStop: false)))
      reported += 1
    }
    guard generation.isFinished else { return }
    if let stop = result.stop, let logProbability = generation.stopLogProbability {
      sink(.generated(GeneratedToken(id: stop, logProbability: logProbability, top: top, isStop: true)))
      finish(.finished(.stop(stop)))
    } else {
      finish(.finished(result.ids.count == generation.request.limit ? .limit : .stopText))
    }
  }

  func finish(_ event: OnlineEvent) {
    guard !isFinished else { return }
    isFinished = true
    sink(event)
  }
}

/// A log-probability that is not a number.
public struct NotANumber: ReportableError {
  public let value: Float

  public var fault: Fault { .badData }
  public var description: String { "the model's log-probability is \(value)" }
}
