import Models
import TensorCore

extension Engine {
  /// Scores requests in passes of at most `rowsPerPass` rows (one request at least).
  func score(
    _ requests: [(index: Int, request: ScoreRequest)], finished: (Int, [TokenScore]) -> Void
  ) throws {
    var batch: [(index: Int, request: ScoreRequest)] = []
    var rows = 0
    func flush() throws {
      let answers = try scorePass(batch.map(\.request))
      for (entry, answer) in zip(batch, answers) { finished(entry.index, answer) }
      batch = []
      rows = 0
    }
    for entry in requests {
      if rows > 0, rows + entry.request.inputCount > rowsPerPass { try flush() }
      batch.append(entry)
      rows += entry.request.inputCount
    }
    try flush()
  }

  /// One pass over whole requests: every row attends within its own, and only rows whose next id is asked are scored.
  private func scorePass(_ requests: [ScoreRequest]) throws -> [[TokenScore]] {
    let pages = model.makePages()
    var sequences: [CachedSequence] = []
    var segments: [Segment] = []
    var ids: [Int32] = []
    var asked: [Int32] = []
    var targets: [Int32] = []
    for request in requests where request.scoredCount > 0 {
      let sequence = CachedSequence(in: pages)
      segments.append(sequence.extend(by: request.inputCount, firstRow: ids.count))
      sequences.append(sequence)
      asked += (request.first - 1..<request.inputCount).map { Int32(ids.count + $0) }
      targets += request.ids[request.first...]
      ids += request.ids.dropLast()
    }
    guard !ids.isEmpty else { return requests.map { _ in [] } }
    let pass = Pass(segments: segments, pages: pages, mode: model.mode)
    let hidden = try model.rows(ids, pass).gatheringRows(asked)
    let scores = try model.score(hidden, targets: TargetLists(targets.map { [$0] }), pass)
    withExtendedLifetime(sequences) {}

    var next = 0
    return requests.map { request in
      defer { next += request.scoredCount }
      return (next..<next + request.scoredCount).map { row in
        TokenScore(
          logProbability: scores.targetLogProbabilities[row], argmax: scores.argmax[row],
          isGreedy: scores.argmax[row] == targets[row])
      }
    }
  }
}
