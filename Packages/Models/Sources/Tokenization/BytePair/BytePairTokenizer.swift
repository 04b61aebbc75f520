internal import Dispatch
internal import Foundation
internal import Synchronization

/// A tokenizer that cuts a text into pieces and merges the bytes of each: GPT-2 and its heirs, tiktoken.
///
/// `decode(encode(text)) == text`, unless the tokenizer's file asks for a normal form, or its vocabulary lacks single bytes:
/// those are left out, as Hugging Face's library does. Safe from any thread.
public final class BytePairTokenizer: Tokenizer {
  /// How a text becomes tokens, as a tokenizer's file says it.
  struct Definition: Sendable {
    var vocabulary: BytePairVocabulary
    var rule: PieceRule
    var addedTokens: [AddedToken] = []
    /// Whether a text is brought into Unicode's normal form C first.
    var composes = false
    var eotToken: Int32 = 0
    /// The token that begins a text, whether it is added or not.
    var bosToken: Int32?
    /// What `encode` puts around a text.
    var prefix: [Int32] = []
    var suffix: [Int32] = []
    /// The backend and what it was made from.
    var name = ""
  }

  public let identity: String
  public let vocabularySize: Int
  public let eotToken: Int32
  public let bosToken: Int32?
  private let prefix: [Int32]
  private let suffix: [Int32]
  private let vocabulary: BytePairVocabulary
  private let rule: PieceRule
  private let composes: Bool
  private let addedBytes: [Int32: [UInt8]]
  private let all: Finder
  private let ordinary: Finder
  /// Encoders that nobody uses now; what they remember serves the next text.
  private let idle = Mutex<[BytePairEncoder]>([])

  /// Which added tokens to look for, before and after normalisation.
  private struct Finder: Sendable {
    let given: AddedTokens
    let normalized: AddedTokens

    init(_ tokens: [AddedToken]) {
      given = AddedTokens(tokens.filter { !$0.isNormalized })
      normalized = AddedTokens(tokens.filter(\.isNormalized))
    }
  }

  init(_ definition: Definition) {
    vocabulary = definition.vocabulary
    rule = definition.rule
    composes = definition.composes
    eotToken = definition.eotToken
    bosToken = definition.bosToken
    prefix = definition.prefix
    suffix = definition.suffix
    all = Finder(definition.addedTokens)
    ordinary = Finder(definition.addedTokens.filter { !$0.isSpecial })
    addedBytes = Dictionary(
      definition.addedTokens.map { ($0.id, Array($0.text.utf8)) }, uniquingKeysWith: { first, _ in first })
    let highest = definition.addedTokens.map { Int($0.id) }.max() ?? -1
    vocabularySize = max(vocabulary.endID, highest + 1)
    identity = "\(definition.name) \(Self.fingerprint(definition))"
  }

  public func encode(_ text: String) -> [Int32] { encode(text, addingSpecialTokens: true) }

  public func encode(_ text: String, addingSpecialTokens: Bool) -> [Int32] {
    addingSpecialTokens ? prefix + encode(text, all) + suffix : encode(text, all)
  }

  public func encodeOrdinary(_ text: String) -> [Int32] { encode(text, ordinary) }

  /// Encodes on all cores; the ids do not depend on how many there are.
  public func encodeBatch(_ texts: [String]) -> [[Int32]] {
    let results = Mutex<[Int: [[Int32]]]>([:])
    let share = max(1, texts.count / (8 * ProcessInfo.processInfo.activeProcessorCount))
    let starts = Array(stride(from: 0, to: texts.count, by: share))
    DispatchQueue.concurrentPerform(iterations: starts.count) { number in
      let part = texts[starts[number]..<min(starts[number] + share, texts.count)].map {
        self.encode($0) as [Int32]
      }
      results.withLock { $0[number] = part }
    }
    return results.withLock { parts in starts.indices.flatMap { parts[$0] ?? [] } }
  }

  public func decode(_ ids: [Int32]) throws(TokenizerError) -> String {
    var bytes: [UInt8] = []
    for (position, id) in ids.enumerated() {
      if let token = vocabulary.bytes(of: id) {
        bytes += token
      } else if let token = addedBytes[id] {
        bytes += token
      } else if id >= 0, id < vocabularySize {
        throw TokenizerError(
          "token id \(id) at position \(position) is not used by the tokenizer '\(identity)'")
      } else {
        throw .outside(id, position: position, vocabularySize: vocabularySize)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension BytePairTokenizer {
  private func encode(_ text: String, _ finder: Finder) -> [Int32] {
    var encoder = idle.withLock { $0.popLast() } ?? BytePairEncoder()
    var ids: [Int32] = []
    let bytes = Array(text.utf8)
    finder.given.segments(of: bytes, in: bytes.indices) { segment in
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range): encodeText(bytes, range, finder.normalized, &encoder, &ids)
      }
    }
    idle.withLock { $0.append(encoder) }
    return ids
  }

  private func encodeText(
    _ bytes: [UInt8], _ range: Range<Int>, _ tokens: AddedTokens, _ encoder: inout BytePairEncoder,
    _ ids: inout [Int32]
  ) {
    var (bytes, range) = (bytes, range)
    if composes, let normalized = NormalFormC.normalized(bytes, in: range) {
      (bytes, range) = (normalized, normalized.indices)
    }
    tokens.segments(of: bytes, in: range) { segment in
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range): encodePieces(bytes, range, &encoder, &ids)
      }
    }
  }

  private func encodePieces(
    _ bytes: [UInt8], _ range: Range<Int>, _ encoder: inout BytePairEncoder, _ ids: inout [Int32]
  ) {
    var (bytes, range) = (bytes, range)
    if rule.addsSpace, bytes[range.lowerBound] != UInt8(ascii: " ") {
      bytes = [UInt8(ascii: " ")] + bytes[range]
      range = bytes.indices
    }
    rule.pieces(of: bytes, in: range) { encoder.encode(bytes, in: $0, by: vocabulary, into: &ids) }
  }

  /// Sixteen hexadecimal digits over everything that ids depend on.
  private static func fingerprint(_ definition: Definition) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
    func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    for id in 0..<Int32(definition.vocabulary.endID) {
      add(0xFF)
      for byte in definition.vocabulary.bytes(of: id) ?? [] { add(byte) }
    }
    let (merges, whole) = (definition.vocabulary.merges.digest, definition.vocabulary.prefersWholePieces)
    let rest: [Any] = [
      definition.rule, definition.addedTokens, definition.composes, definition.vocabulary.byteIDs, merges,
      whole, definition.prefix, definition.suffix,
    ]
    for byte in "\(rest)".utf8 { add(byte) }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
