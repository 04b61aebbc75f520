internal import Dispatch
internal import Foundation
internal import Synchronization

/// A tokenizer that cuts a text into pieces and each piece into tokens of a vocabulary: GPT-2, Llama, tiktoken and heirs.
///
/// `decode(encodeOrdinary(text)) == text`, unless the tokenizer's file asks for a normal form, or its vocabulary lacks
/// letters: what stands for them is what Hugging Face's library gives. Safe from any thread.
public final class SubwordTokenizer: Tokenizer {
  /// How a text becomes tokens, as a tokenizer's file says it.
  struct Definition: Sendable {
    var model: SubwordModel
    var normalizer = Normalizer()
    var preTokenizer = PreTokenizer()
    var addedTokens: [AddedToken] = []
    /// Whether tokens are strings of bytes, which only make characters together.
    var isByteLevel = false
    /// Whether an id that an added token shares with a token of the model is read as the added one.
    var readsAddedFirst = true
    /// What follows when bytes have become text.
    var decoder = Decoder()
    var eotToken: Int32 = 0
    /// The ids that end an answer; `nil` is the end of a text alone.
    var endTokens: Set<Int32>?
    /// What an answer's text leaves out; it changes no ids.
    var specialTokens: Set<Int32> = []
    /// Whether an answer's text loses the spaces that ``SpaceCleaning`` names; it changes no ids.
    var cleansSpaces = false
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
  public let endTokens: Set<Int32>
  private let definition: Definition
  private let addedTexts: [Int32: String]
  private let all: Finder
  private let ordinary: Finder
  /// Encoders that are not in use; their caches serve the next text.
  private let idle = Mutex<[PreTokenEncoder]>([])

  /// Which added tokens to look for, before and after normalisation.
  private struct Finder: Sendable {
    let given: AddedTokens
    let normalized: AddedTokens

    init(_ tokens: [AddedToken], _ normalizer: Normalizer) {
      given = AddedTokens(tokens.filter { !$0.isNormalized })
      normalized = AddedTokens(tokens.filter(\.isNormalized), normalizer: normalizer)
    }
  }

  init(_ definition: Definition) {
    self.definition = definition
    eotToken = definition.eotToken
    bosToken = definition.bosToken
    endTokens = definition.endTokens ?? [definition.eotToken]
    all = Finder(definition.addedTokens, definition.normalizer)
    ordinary = Finder(definition.addedTokens.filter { !$0.isSpecial }, definition.normalizer)
    let readable = definition.addedTokens.filter {
      definition.readsAddedFirst || definition.model.bytes(of: $0.id) == nil
    }
    addedTexts = Dictionary(readable.map { ($0.id, $0.text) }, uniquingKeysWith: { first, _ in first })
    let highest = definition.addedTokens.map { Int($0.id) }.max() ?? -1
    vocabularySize = max(definition.model.endID, highest + 1)
    identity = "\(definition.name) \(definition.fingerprint)"
  }

  public func encode(_ text: String) -> [Int32] { encode(text, addingSpecialTokens: true) }

  public func encode(_ text: String, addingSpecialTokens: Bool) -> [Int32] {
    addingSpecialTokens ? definition.prefix + encode(text, all) + definition.suffix : encode(text, all)
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
}

extension SubwordTokenizer {
  private func encode(_ text: String, _ finder: Finder) -> [Int32] {
    var encoder = idle.withLock { $0.popLast() } ?? PreTokenEncoder()
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
    _ bytes: [UInt8], _ range: Range<Int>, _ tokens: AddedTokens, _ encoder: inout PreTokenEncoder,
    _ ids: inout [Int32]
  ) {
    let isFirst = range.lowerBound == 0
    var (bytes, range) = (bytes, range)
    if let normalized = definition.normalizer.normalized(bytes, in: range) {
      (bytes, range) = (normalized, normalized.indices)
    }
    tokens.segments(of: bytes, in: range) { segment in
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let part):
        definition.preTokenizer.pieces(
          of: bytes, in: part, isFirst: isFirst && part.lowerBound == range.lowerBound
        ) {
          encoder.encode($0, in: $1, by: definition.model, into: &ids)
        }
      }
    }
  }
}

extension SubwordTokenizer {
  public func isSpecial(_ id: Int32) -> Bool { definition.specialTokens.contains(id) }

  public func cleaned(_ text: String) -> String {
    definition.cleansSpaces ? SpaceCleaning.cleaned(text) : text
  }

  public func spelling(of id: Int32) -> [UInt8]? {
    addedTexts[id].map { Array($0.utf8) } ?? definition.model.bytes(of: id).map { Array($0) }
  }

  public func decode(_ ids: [Int32]) throws(TokenizerError) -> String {
    var bytes: [UInt8] = []
    var tokens: [String] = []
    for (position, id) in ids.enumerated() {
      if let text = addedTexts[id] {
        if definition.isByteLevel { bytes += text.utf8 } else { tokens.append(text) }
      } else if let token = definition.model.bytes(of: id) {
        if definition.isByteLevel {
          bytes += token
        } else {
          tokens.append(String(decoding: token, as: UTF8.self))
        }
      } else if id >= 0, id < vocabularySize {
        throw TokenizerError(.unused(id: id, position: position, tokenizer: identity))
      } else {
        throw TokenizerError(
          .outsideVocabulary(id: id, position: position, vocabularySize: vocabularySize))
      }
    }
    return definition.decoder.text(
      of: definition.isByteLevel ? [String(decoding: bytes, as: UTF8.self)] : tokens)
  }
}

extension SubwordTokenizer.Definition {
  /// Sixteen hexadecimal digits over everything that ids depend on.
  fileprivate var fingerprint: String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
    func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    for id in 0..<Int32(model.endID) {
      add(0xFF)
      for byte in model.bytes(of: id) ?? [] { add(byte) }
    }
    // Results and journals hold this fingerprint, so it is taken over the names that types had when it was defined.
    let text = "\([model.fingerprinted, normalizer, preTokenizer, addedTokens, prefix, suffix] as [Any])"
      .replacing("PreTokenizer", with: "Cutter").replacing("PreTokenPattern", with: "PiecePattern")
    for byte in text.utf8 { add(byte) }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension SubwordModel {
  /// What ids depend on besides the tokens.
  fileprivate var fingerprinted: [Any] {
    switch self {
    case .bytePairs(let pairs):
      [
        pairs.letter, pairs.byteIDs, pairs.merges.digest, pairs.prefersWholePieces, pairs.fallbackIDs,
        pairs.unknownID ?? -1, pairs.fusesUnknown,
      ]
    case .unigram(let unigram): [unigram.scores, unigram.unknownID, unigram.byteIDs]
    }
  }
}
