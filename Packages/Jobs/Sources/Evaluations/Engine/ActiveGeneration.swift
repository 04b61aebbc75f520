import Foundation
import Models
import TensorCore

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
  private var stopTexts: StopTextSearch

  /// - Parameters:
  ///   - sequence: Holds the prompt.
  ///   - row: Of the prompt's last id in the pass under way.
  ///   - decode: Tells the text of ids.
  init(
    _ index: Int, _ request: GenerateRequest, sequence: CachedSequence, row: Int,
    decode: @escaping ([Int32]) throws -> String
  ) {
    self.index = index
    self.request = request
    self.sequence = sequence
    self.row = row
    stopTexts = StopTextSearch(request.stopTexts, decode: decode)
  }

  /// Adds the newest id, which the model has not read yet.
  func extend(_ batch: inout Batch) {
    row = batch.ids.count
    batch.append(result.ids.suffix(1), sequence.extend(by: 1, firstRow: row))
  }

  var isGreedy: Bool { request.sampling.temperature == 0 }

  /// Chooses the next id from the logits `[V]` that follow the last one.
  func accept(logits: [Float]) throws {
    let id = request.sampling.choose(from: logits, position: sequence.count)
    let largest = logits.max() ?? 0
    let sum = logits.reduce(0.0) { $0 + exp(Double($1 - largest)) }
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
    isFinished = try result.ids.count == request.limit || stopTexts.isFound(in: result.ids)
  }

  /// Ends with an id that has no probability, so that the caller sees it also where the id is a stop.
  private func end(with id: Int32, _ logProbability: Float) {
    result.ids.append(id)
    result.logProbabilities.append(logProbability)
    isFinished = true
  }
}
