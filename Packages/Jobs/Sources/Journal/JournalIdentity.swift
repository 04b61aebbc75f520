import Crypto
import Evaluation
import Foundation

/// What an answer depends on beside weights and compute mode.
public struct JournalIdentity: Sendable, Equatable {
  /// The tokenizer's identity.
  public var tokenizer: String
  /// The version of the arithmetic; where it changes bits, answers of the old one are not seen.
  public var numerics: String

  public init(tokenizer: String, numerics: String) {
    self.tokenizer = tokenizer
    self.numerics = numerics
  }

  /// SHA-256 over identity and request: what an answer is found by.
  func key(of request: Request) -> Data {
    var hash = SHA256()
    for part in [tokenizer, numerics] { hash.update(text: part) }
    switch request {
    case .score(let request):
      hash.update(text: "score")
      hash.update(numbers: [Int64(request.first)])
      hash.update(numbers: request.ids)
    case .generate(let request):
      hash.update(text: "generate")
      hash.update(numbers: [Int64(request.limit)])
      hash.update(numbers: request.prompt)
      hash.update(numbers: request.stops.sorted())
      for text in request.stopTexts.sorted() { hash.update(text: text) }
      hash.update(sampling: request.sampling)
    }
    return Data(hash.finalize())
  }
}

extension SHA256 {
  /// Each part is preceded by its length, so that no two lists of parts are the same bytes.
  fileprivate mutating func update(text: String) {
    let bytes = Array(text.utf8)
    update(numbers: [Int64(bytes.count)])
    update(data: bytes)
  }

  fileprivate mutating func update<Number: FixedWidthInteger>(numbers: [Number]) {
    var writer = ByteWriter()
    writer.append(Int64(numbers.count))
    for number in numbers { writer.append(number) }
    update(data: writer.bytes)
  }

  /// A greedy choice is the same under every seed and sample.
  fileprivate mutating func update(sampling: Sampling) {
    guard sampling.temperature > 0 else { return }
    update(numbers: [
      sampling.temperature.bitPattern, sampling.topP.bitPattern, sampling.seed, sampling.sample,
    ])
  }
}
