import Foundation
import Testing

@testable import Tokenization

@Suite("Piece patterns")
struct PreTokenPatternTests {
  /// The pattern with the names that Foundation's engine gives to Unicode's white space and to the end of a text.
  private func definition(_ pattern: PreTokenPattern) throws -> NSRegularExpression {
    try NSRegularExpression(
      pattern: pattern.regularExpression
        .replacingOccurrences(of: #"\s++$"#, with: #"\s++\z"#)
        .replacingOccurrences(of: #"\s"#, with: #"\p{White_Space}"#)
        .replacingOccurrences(of: #"\S"#, with: #"\P{White_Space}"#))
  }

  @Test("A pattern cuts where its regular expression cuts", arguments: PreTokenPattern.allCases)
  func agrees(pattern: PreTokenPattern) throws {
    let expression = try definition(pattern)
    for text in RandomText(count: 20_000) {
      let whole = text as NSString
      let expected = expression.matches(in: text, range: NSRange(location: 0, length: whole.length)).map {
        whole.substring(with: $0.range)
      }
      #expect(
        pieces(of: text, by: PreTokenizer(steps: [.pattern(pattern)])) == expected.map { Array($0.utf8) },
        "\(text.debugDescription)")
    }
  }

  @Test("A pattern does not cut digits where another step has cut them")
  func digits() {
    let preTokenizer = PreTokenizer(steps: [.digits(oneByOne: true), .pattern(.gpt2)])
    #expect(
      pieces(of: "a  12 b", by: preTokenizer).map { String(decoding: $0, as: UTF8.self) } == [
        "a", "  ", "1", "2", " b",
      ])
    let groups = PreTokenizer(steps: [.digits(oneByOne: false), .pattern(.gpt2)])
    #expect(pieces(of: "x 123", by: groups).map { String(decoding: $0, as: UTF8.self) } == ["x", " ", "123"])
  }

  @Test("A pattern classes characters as Unicode 16 does")
  func newer() {
    #expect(CharacterClass("\u{10940}") == .other, "a letter of Unicode 17")
    #expect(CharacterClass("\u{10D4A}") == [.letter, .upper, .lower], "a letter of Unicode 16")
    #expect(CharacterClass("\u{11DE5}") == [.other, .digit], "a digit of Unicode 17")
    #expect(CharacterClass("\u{295}") == [.letter, .lower], "a small letter until Unicode 17")
  }

  @Test("A pattern is found by the regular expression that a file writes out")
  func names() {
    for pattern in PreTokenPattern.allCases {
      #expect(PreTokenPattern(regularExpression: pattern.regularExpression) == pattern)
    }
    #expect(PreTokenPattern(regularExpression: #"\w+"#) == nil)
  }

  private func pieces(of text: String, by preTokenizer: PreTokenizer) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    let bytes = Array(text.utf8)
    preTokenizer.pieces(of: bytes, in: bytes.indices, isFirst: true) { pieces.append(Array($0[$1])) }
    return pieces
  }
}
