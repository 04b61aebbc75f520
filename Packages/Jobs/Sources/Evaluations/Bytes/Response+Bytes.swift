import Basics

/// The form of responses in a journal, and between ranks.
///
/// A score is a log-probability (float32) and an argmax (int32) for each position. A generation is 1 or 0 and an int32 for
/// the stop, and then an id (int32) and a log-probability (float32) for each token.
extension Response {
  package var bytes: [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .score(let scores):
      for score in scores { writer.append(logProbability: score.logProbability, id: score.argmax) }
    case .generation(let generation): writer.append(generation)
    }
    return writer.bytes
  }

  /// `nil` for bytes that cannot be the response to `request`.
  package init?(bytes: some Sequence<UInt8>, to request: Request) {
    var reader = ByteReader(bytes)
    switch request {
    case .score(let request):
      guard reader.remaining == request.scored.count * 8 else { return nil }
      let scores = try? request.scored.map { position in
        let (logProbability, argmax) = try reader.score()
        return TokenScore(
          logProbability: logProbability, argmax: argmax, isGreedy: argmax == request.ids[position])
      }
      guard let scores else { return nil }
      self = .score(scores)
    case .generate(let request):
      let count = (reader.remaining - 5) / 8
      guard reader.remaining >= 5, reader.remaining == 5 + count * 8,
        let generation = try? reader.generation(of: count), generation.fits(request.limit)
      else { return nil }
      self = .generation(generation)
    }
  }
}

extension ByteWriter {
  mutating func append(logProbability: Float, id: Int32) {
    append(logProbability.bitPattern)
    append(id)
  }

  mutating func append(_ generation: Generation) {
    append(UInt8(generation.stop == nil ? 0 : 1))
    append(generation.stop ?? 0)
    for (index, id) in generation.ids.enumerated() {
      append(id)
      append(generation.isText ? Float.nan.bitPattern : generation.logProbabilities[index].bitPattern)
    }
  }
}

extension ByteReader {
  mutating func score() throws(ByteError) -> (logProbability: Float, id: Int32) {
    (Float(bitPattern: try number()), try number())
  }

  /// - Parameter count: How many tokens it has.
  mutating func generation(of count: Int) throws(ByteError) -> Generation {
    var generation = Generation()
    let hasStop = try number() as UInt8 == 1
    let stop: Int32 = try number()
    generation.stop = hasStop ? stop : nil
    for _ in 0..<count {
      generation.ids.append(try number())
      generation.logProbabilities.append(Float(bitPattern: try number()))
    }
    // No computed one is recorded that is not a number.
    if generation.logProbabilities.allSatisfy(\.isNaN) { generation.logProbabilities = [] }
    return generation
  }
}
