import Foundation
import Models
import TensorCore
import Tokenization

/// A sequence that is being generated.
final class ActiveGeneration {
  let index: Int
  let request: GenerateRequest
  private(set) var result = Generation()
  private(set) var isFinished = false
  /// Of the id that ended the generation, in nats; `nil` where the limit or a stop text did.
  private(set) var stopLogProbability: Float?
  /// The row of the pass under way whose distribution the next id comes from.
  private(set) var row: Int
  private let sequence: CachedSequence
  private var stopRules: [any StopRule]
  private var history: TokenHistory

  /// - Parameters:
  ///   - sequence: Holds the prompt.
  ///   - row: Of the prompt's last id in the pass under way.
  ///   - decode: Returns the text of ids.
  init(
    _ index: Int, _ request: GenerateRequest, sequence: CachedSequence, row: Int,
    decode: @escaping @Sendable ([Int32]) throws(TokenizerError) -> String
  ) {
    self.index = index
    self.request = request
    self.sequence = sequence
    self.row = row
    stopRules = [LengthLimit(limit: request.limit), StopTextSearch(request.stopTexts, decode: decode)]
    history = TokenHistory(prompt: request.sampling.rules.keepsGreedyChoice ? [] : request.prompt)
  }

  /// Adds the newest id, which the model has not read yet.
  func extend(_ batch: inout Batch) {
    row = batch.ids.count
    batch.append(result.ids.suffix(1), sequence.extend(by: 1, firstRow: row))
  }

  var isGreedy: Bool { request.sampling.isGreedy }

  /// Chooses the next id from the logits `[V]` that follow the last one.
  func accept(logits: [Float]) throws {
    let id = request.sampling.choose(from: logits, after: history, position: sequence.count)
    let largest = logits.max() ?? 0
    let sum = exponentials(logits.count) { Double(logits[$0] - largest) }.reduce(0, +)
    try accept(id, logProbability: Float(Double(logits[Int(id)] - largest) - log(sum)))
  }

  func accept(_ id: Int32, logProbability: Float) throws {
    guard logProbability.isFinite else { return end(with: id, logProbability) }
    guard !request.stops.contains(id) else {
      result.stop = id
      stopLogProbability = logProbability
      isFinished = true
      return
    }
    result.ids.append(id)
    result.logProbabilities.append(logProbability)
    history.append(id)
    // Each rule is asked, since one that searches goes through all ids.
    for index in stopRules.indices { isFinished = try stopRules[index].isMet(by: result.ids) || isFinished }
  }

  /// Ends with an id that has no probability, so that the caller sees it also where the id is a stop.
  private func end(with id: Int32, _ logProbability: Float) {
    result.ids.append(id)
    result.logProbabilities.append(logProbability)
    isFinished = true
  }
}
