import Foundation
import Synchronization
import Testing
import Tokenization

@testable import Evaluations

@Suite("Stop texts")
struct StopTextTests {
  /// Whether a search ends each beginning of `ids` where the text of all of it contains a stop.
  private func check(
    _ ids: [Int32], _ stops: [String],
    _ decode: @escaping @Sendable ([Int32]) throws(TokenizerError) -> String
  ) throws {
    var search = StopTextSearch(stops, decode: decode)
    for count in ids.indices.map({ $0 + 1 }) {
      let part = Array(ids.prefix(count))
      let text = Array(try decode(part).utf8)
      let expected = stops.contains { text.contains(Array($0.utf8)) }
      #expect(try search.isMet(by: part) == expected, "\(stops) in \(part)")
      if expected { return }
    }
  }

  /// Bytes, and from 300 on tokens that end or begin within a character or a stop.
  private static let pieces: [[UInt8]] = [
    Array("aa".utf8), Array("a\n".utf8), Array("b\n".utf8) + [0xE4], [0xB8, 0x96], [0x96] + Array(" é".utf8),
    Array("xa".utf8) + [0xF0, 0x9F], [0x90, 0x88] + Array("b".utf8),
  ]

  private static let decodeBytes: @Sendable ([Int32]) throws(TokenizerError) -> String = { ids in
    String(decoding: ids.flatMap { $0 < 256 ? [UInt8($0)] : pieces[Int($0) - 300] }, as: UTF8.self)
  }

  @Test("A stop text is found as by reading the whole text after each id, across tokens and within them")
  func wholeText() throws {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("ab é世🐈\n".utf8).map(Int32.init) + (300..<307)
    for stops in [
      ["aa\n"], ["世🐈"], ["b é", "\nxa"], [String(repeating: "a", count: 40)], ["世 é"], ["b\n"],
      ["never found here"],
    ] {
      for length in [50, 50, 50, 400] {
        let ids = (0..<length).map { _ in alphabet.randomElement(using: &random)! }
        try check(ids, stops, Self.decodeBytes)
      }
    }
  }

  @Test(
    "A stop text is found where a tokenizer with byte tokens writes it byte by byte",
    .enabled(if: StopTextTests.bytesTokenizer != nil, "no ../shared/models/stories260K"))
  func byteTokens() throws {
    let tokenizer = try #require(Self.bytesTokenizer)
    let spellings = (0..<Int32(tokenizer.vocabularySize)).map { tokenizer.spelling(of: $0) }
    let bytes = try (0..<256).map { byte in
      Int32(try #require(spellings.firstIndex(of: Array("<0x\(String(format: "%02X", byte))>".utf8))))
    }
    let answer =
      try tokenizer.encode("Once upon a time") + Array("世界\n\nü🐈 end".utf8).map { bytes[Int($0)] }
      + tokenizer.encode(" there was") + [bytes[0xFF], bytes[0xE4], bytes[10]] + tokenizer.encode("The end.")
    for stop in ["世界", "界\n", "\n\n", "ü🐈", "🐈 end", "end there", "time世", "The end", "upon a", "nowhere"] {
      try check(answer, [stop]) { ids throws(TokenizerError) in try tokenizer.decode(ids) }
    }
  }

  private static let bytesTokenizer: (any Tokenizer)? = {
    let root = (0..<5).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let folder =
      ProcessInfo.processInfo.environment["ASSAY_SHARED"]
      ?? root.deletingLastPathComponent().appending(path: "shared").path
    return try? Tokenizers.forBackbone(at: folder + "/models/stories260K")
  }()

  @Test("A search for stop texts decodes the newest tokens only, however long the answer or the texts are")
  func newest() throws {
    let decoded = Mutex(0)
    var search = StopTextSearch(["xyz", String(repeating: "b", count: 500)]) { ids throws(TokenizerError) in
      decoded.withLock { $0 += ids.count }
      return try Self.decodeBytes(ids)
    }
    for count in 1...4000 { _ = try search.isMet(by: Array(repeating: 97, count: count)) }
    #expect(decoded.withLock { $0 } <= 4000 * 4)
  }

  @Test("Bytes that never become characters are not decoded again and again")
  func broken() throws {
    let decoded = Mutex(0)
    var search = StopTextSearch(["xyz"]) { ids throws(TokenizerError) in
      decoded.withLock { $0 += ids.count }
      return try Self.decodeBytes(ids)
    }
    for count in 1...4000 { _ = try search.isMet(by: Array(repeating: 0x80, count: count)) }
    #expect(decoded.withLock { $0 } <= 4000 * 40)
  }
}
