public import Evaluation
public import Foundation

/// The form of answers in a journal, and between ranks: little-endian numbers without padding.
///
/// A score is a log-probability (float32) and an argmax (int32) for each position. A generation is 1 or 0 and an int32 for
/// the stop, and then an id (int32) and a log-probability (float32) for each token.
extension Response {
  public var journalled: Data {
    var data = Data()
    switch self {
    case .score(let scores):
      for score in scores {
        data.append(score.logProbability.bitPattern)
        data.append(score.argmax)
      }
    case .generation(let generation):
      data.append(UInt8(generation.stop == nil ? 0 : 1))
      data.append(generation.stop ?? 0)
      for (id, logProbability) in zip(generation.ids, generation.logProbabilities) {
        data.append(id)
        data.append(logProbability.bitPattern)
      }
    }
    return data
  }

  /// `nil` for bytes that cannot be the answer to `request`.
  public init?(journalled bytes: Data, to request: Request) {
    switch request {
    case .score(let request):
      guard bytes.count == request.scored.count * 8 else { return nil }
      self = .score(
        request.scored.enumerated().map { offset, position in
          let argmax: Int32 = bytes.number(at: offset * 8 + 4)
          return TokenScore(
            logProbability: Float(bitPattern: bytes.number(at: offset * 8) as UInt32), argmax: argmax,
            isGreedy: argmax == request.ids[position])
        })
    case .generate(let request):
      let count = (bytes.count - 5) / 8
      guard bytes.count >= 5, bytes.count == 5 + count * 8, count <= max(request.limit, 0) else { return nil }
      var generation = Generation()
      if bytes.number(at: 0) as UInt8 == 1 { generation.stop = bytes.number(at: 1) }
      for index in 0..<count {
        generation.ids.append(bytes.number(at: 5 + index * 8))
        generation.logProbabilities.append(Float(bitPattern: bytes.number(at: 9 + index * 8) as UInt32))
      }
      self = .generation(generation)
    }
  }
}

extension Data {
  mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    for byte in 0..<Number.bitWidth / 8 { append(UInt8(truncatingIfNeeded: number >> (byte * 8))) }
  }

  fileprivate func number<Number: FixedWidthInteger>(at offset: Int) -> Number {
    (0..<Number.bitWidth / 8).reduce(0) {
      $0 | Number(truncatingIfNeeded: self[startIndex + offset + $1]) << ($1 * 8)
    }
  }
}
