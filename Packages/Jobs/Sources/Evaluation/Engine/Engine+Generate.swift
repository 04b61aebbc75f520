import Foundation
import Models
import TensorCore

extension Engine {
  /// Continuous batching: a finished sequence leaves, the next one enters, and each pass holds both whole new prompts
  /// and the newest token of every sequence under way.
  func generate(
    _ requests: [(index: Int, request: GenerateRequest)], finished: (Int, Generation) -> Void
  ) throws {
    let pages = model.makePages()
    var waiting = requests[...]
    var active: [ActiveGeneration] = []
    while !waiting.isEmpty || !active.isEmpty {
      while active.count < sequencesPerPass, let next = waiting.popFirst() {
        active.append(ActiveGeneration(next.index, next.request, in: pages))
      }
      try step(active, pages)
      for generation in active where generation.isFinished { finished(generation.index, generation.result) }
      active.removeAll(where: \.isFinished)
    }
  }

  private func step(_ active: [ActiveGeneration], _ pages: KeyValuePages) throws {
    var ids: [Int32] = []
    var segments: [Segment] = []
    var last: [Int32] = []
    for generation in active where !generation.isFinished {
      segments.append(generation.sequence.extend(by: generation.unread.count, firstRow: ids.count))
      ids += generation.unread
      last.append(Int32(ids.count - 1))
    }
    guard !ids.isEmpty else { return }
    let pass = Pass(segments: segments, pages: pages, mode: model.mode)
    let logits = try model.unembed(try model.rows(ids, pass).gatheringRows(last), pass)
    for (row, generation) in active.filter({ !$0.isFinished }).enumerated() {
      generation.accept(logits: logits.rows(row..<row + 1).floats)
    }
  }
}

/// A sequence that is being generated.
private final class ActiveGeneration {
  let index: Int
  let sequence: CachedSequence
  private(set) var result = Generation()
  private(set) var isFinished: Bool
  /// Ids that the model has not read yet: the prompt at first, then the newest token.
  private(set) var unread: [Int32]
  private let request: GenerateRequest

  init(_ index: Int, _ request: GenerateRequest, in pages: KeyValuePages) {
    self.index = index
    self.request = request
    sequence = CachedSequence(in: pages)
    unread = request.prompt
    isFinished = request.limit < 1
  }

  /// Takes the logits `[V]` that follow the last id read.
  func accept(logits: [Float]) {
    let id = request.sampling.choose(from: logits, position: sequence.count)
    guard !request.stops.contains(id) else {
      result.stop = id
      isFinished = true
      return
    }
    result.ids.append(id)
    result.logProbabilities.append(logProbability(of: id, in: logits))
    unread = [id]
    isFinished = result.ids.count == request.limit
  }

  private func logProbability(of id: Int32, in logits: [Float]) -> Float {
    let largest = logits.max() ?? 0
    let sum = logits.reduce(0.0) { $0 + exp(Double($1 - largest)) }
    return Float(Double(logits[Int(id)] - largest) - log(sum))
  }
}
