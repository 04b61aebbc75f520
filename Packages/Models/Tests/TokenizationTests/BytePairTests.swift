import Foundation
import Testing

@testable import Tokenization

@Suite("Byte pairs")
struct BytePairTests {
  /// A vocabulary of all bytes and of whatever random pairs of tokens make, so that merges compete.
  private func vocabulary(merges: Int, seed: UInt64) -> BytePairVocabulary {
    var state = seed
    func draw(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var vocabulary = BytePairVocabulary(capacity: 256)
    for byte in 0...255 { _ = vocabulary.add([UInt8(byte)], id: byte) }
    var tokens = [[97], [98], [99]] as [[UInt8]]
    while tokens.count < merges + 3 {
      let (left, right) = (tokens[draw(tokens.count)], tokens[draw(tokens.count)])
      let id = 253 + tokens.count
      guard left.count + right.count < 12, vocabulary.add(left + right, id: id) else { continue }
      vocabulary.merges.add(
        vocabulary[left]!, vocabulary[right]!, .init(rank: UInt32(draw(1 << 20)), id: Int32(id)))
      tokens.append(left + right)
    }
    return vocabulary
  }

  /// The definition: look through all pairs, merge the leftmost of lowest rank, begin again.
  private func slowly(_ piece: [UInt8], _ vocabulary: BytePairVocabulary) -> [Int32] {
    var ids = piece.map { Int32($0) }
    while true {
      let merges = zip(ids, ids.dropFirst()).enumerated().compactMap { place, pair in
        vocabulary.merges[pair.0, pair.1].map { (place, $0) }
      }
      guard let first = merges.min(by: { ($0.1.rank, $0.0) < ($1.1.rank, $1.0) }) else { return ids }
      ids.replaceSubrange(first.0...first.0 + 1, with: [first.1.id])
    }
  }

  @Test("Byte pairs are merged as the definition says, in short and in long pre-tokens", arguments: 1...6)
  func merging(seed: UInt64) {
    let vocabulary = vocabulary(merges: 60, seed: seed)
    var merger = BytePairMerger()
    var state = seed
    for length in Array(0...120) + [400] {
      let piece = (0..<length).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(97 + Int(state >> 33) % 3)
      }
      var ids: [Int32] = []
      merger.merge(piece, in: piece.indices, by: vocabulary, into: &ids)
      #expect(ids == slowly(piece, vocabulary))
    }
  }

  @Test("A long run of one letter is merged in less than the square of its length")
  func longPiece() throws {
    let tokenizer = SubwordTokenizer(
      .init(
        model: .bytePairs(vocabulary(merges: 60, seed: 9)),
        preTokenizer: PreTokenizer(steps: [.pattern(.gpt2)]),
        isByteLevel: true))
    let text = String(repeating: "ab", count: 200_000)
    let start = ContinuousClock.now
    let ids = tokenizer.encode(text)
    let duration = ContinuousClock.now - start
    #expect(try tokenizer.decode(ids) == text)
    #expect(duration < .seconds(20))
  }

  @Test("Added tokens are found: the longest first, spaces taken where asked, none inside a word")
  func addedTokens() throws {
    var (mask, word) = (AddedToken(id: 301, text: "<m>"), AddedToken(id: 302, text: "key"))
    (mask.stripsLeft, mask.stripsRight, word.isSingleWord) = (true, true, true)
    let tokenizer = SubwordTokenizer(
      .init(
        model: .bytePairs(vocabulary(merges: 0, seed: 1)),
        preTokenizer: PreTokenizer(steps: [.pattern(.gpt2)]),
        addedTokens: [AddedToken(id: 300, text: "<e>"), AddedToken(id: 303, text: "<e><e>"), mask, word],
        isByteLevel: true))
    #expect(tokenizer.encode("a<e><e><e>b") == [97, 303, 300, 98])
    #expect(tokenizer.encode("a  <m> \n b") == [97, 301, 98])
    #expect(tokenizer.encode("key keys") == [302, 32, 107, 101, 121, 115])
    #expect(tokenizer.encodeOrdinary("<e>") == [60, 101, 62])
    #expect(try tokenizer.decode([97, 301, 98]) == "a<m>b")
    #expect(tokenizer.vocabularySize == 304)
    #expect(
      throws: TokenizerError(.unused(id: 299, position: 1, tokenizer: tokenizer.identity))
    ) { try tokenizer.decode([97, 299]) }
    #expect(
      throws: TokenizerError(.outsideVocabulary(id: -1, position: 0, vocabularySize: 304))
    ) { try tokenizer.decode([-1]) }
    #expect(try tokenizer.decode([0xE4, 0xBD]) == "\u{FFFD}", "half a character")
  }

  @Test("A text without a space in front gets one, if the file asks for it")
  func prefixSpace() throws {
    let tokenizer = SubwordTokenizer(
      .init(
        model: .bytePairs(vocabulary(merges: 0, seed: 1)),
        preTokenizer: PreTokenizer(steps: [.leadingSpace, .pattern(.gpt2)]), isByteLevel: true))
    #expect(tokenizer.encode("a") == [32, 97])
    #expect(tokenizer.encode(" a") == [32, 97])
    #expect(tokenizer.encode("") == [])
  }

  @Test("The identity of a tokenizer follows every part of its definition")
  func identity() {
    let base = SubwordTokenizer.Definition(
      model: .bytePairs(vocabulary(merges: 5, seed: 1)), preTokenizer: PreTokenizer(steps: [.pattern(.gpt2)]),
      name: "x")
    var (merged, ruled, composed, added) = (base, base, base, base)
    merged.model = .bytePairs(vocabulary(merges: 5, seed: 2))
    ruled.preTokenizer.steps.insert(.digits(oneByOne: true), at: 0)
    composed.normalizer.steps = [.composed]
    added.addedTokens = [AddedToken(id: 300, text: "<e>")]
    let identities = [base, merged, ruled, composed, added].map { SubwordTokenizer($0).identity }
    #expect(Set(identities).count == 5)
    #expect(SubwordTokenizer(base).identity == identities[0])
  }
}
