import Basics

/// What replicas and the coordinator of rank 0 write to each other, and its form: a byte for the kind, then little-endian numbers.
enum WorkMessage: Sendable {
  /// A replica requests leaves, as many as make so many rows.
  case want(rows: Int)
  /// The coordinator's reply; no leaves when none are left.
  case chunk(Range<Int>)
  /// What a pass of a replica found.
  case found(PassResults)
  /// A replica has nothing left to do.
  case done

  var bytes: [UInt8] {
    var bytes = ByteWriter()
    switch self {
    case .want(let rows):
      bytes.append(UInt8(0))
      bytes.append(Int64(rows))
    case .chunk(let leaves):
      bytes.append(UInt8(1))
      bytes.append(Int64(leaves.lowerBound))
      bytes.append(Int64(leaves.upperBound))
    case .found(let results):
      bytes.append(UInt8(2))
      bytes.append(results)
    case .done: bytes.append(UInt8(3))
    }
    return bytes.bytes
  }

  /// - Throws: ``ByteError``.
  init(_ bytes: [UInt8]) throws(ByteError) {
    var reader = ByteReader(bytes)
    switch try reader.number() as UInt8 {
    case 0: self = .want(rows: try reader.count())
    case 1:
      let (start, end) = (try reader.count(), try reader.count())
      guard start <= end else { throw ByteError() }
      self = .chunk(start..<end)
    case 2: self = .found(try reader.results())
    case 3: self = .done
    default: throw ByteError()
    }
    guard reader.remaining == 0 else { throw ByteError() }
  }
}

extension ByteWriter {
  mutating func append(_ results: PassResults) {
    append(Int64(results.runs.count))
    for run in results.runs {
      append(Int64(run.first))
      append(Int64(run.scores.count))
      for score in run.scores { append(logProbability: score.logProbability, id: score.argmax) }
    }
    for count in results.work.counts { append(Int64(count)) }
    append(Int64(results.underWay.count))
    for request in results.underWay { append(Int64(request)) }
    append(Int64(results.generations.count))
    for (request, result) in results.generations {
      append(Int64(request))
      append(Int64(result.ids.count))
      append(result)
    }
  }
}

extension ByteReader {
  mutating func results() throws(ByteError) -> PassResults {
    var results = PassResults()
    for _ in 0..<(try count(ofSize: 16)) {
      var run = PassResults.Run(first: try count(), scores: [])
      for _ in 0..<(try count(ofSize: 8)) {
        let (logProbability, argmax) = try score()
        run.scores.append(PassResults.Score(logProbability: logProbability, argmax: argmax))
      }
      results.runs.append(run)
    }
    results.work = EngineWork(
      passes: try count(), tokensRead: try count(), positionsScored: try count(),
      positionsAttended: try count(), tokensGenerated: try count())
    for _ in 0..<(try count(ofSize: 8)) { results.underWay.append(try count()) }
    for _ in 0..<(try count(ofSize: 21)) {
      let (request, length) = (try count(), try count())
      results.generations.append((request, try generation(of: length)))
    }
    return results
  }
}
