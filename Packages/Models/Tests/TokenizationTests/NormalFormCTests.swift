import Testing

@testable import Tokenization

@Suite("Normal form C")
struct NormalFormCTests {
  /// What Python's `unicodedata.normalize("NFC", …)` says.
  @Test(
    "Normal form C composes letters, orders marks, and composes Hangul",
    arguments: [
      ("e\u{301}", "\u{E9}"), ("\u{1E9B}\u{323}", "\u{1E9B}\u{323}"), ("\u{212B}", "\u{C5}"),
      ("A\u{30A}", "\u{C5}"),
      ("\u{F80}\u{F81}\u{F9F}", "\u{F71}\u{F80}\u{F80}\u{F9F}"),  // Foundation leaves the order
      ("\u{1113}\u{1171}", "\u{1113}\u{1171}"),  // Foundation gives U+FFFD
      ("\u{1100}\u{1161}\u{11A8}", "\u{AC01}"), ("\u{AC00}\u{11A8}", "\u{AC01}"),
      ("\u{AC01}\u{11A8}", "\u{AC01}\u{11A8}"),
      ("a\u{323}\u{302}", "\u{1EAD}"), ("a\u{302}\u{323}", "\u{1EAD}"),
      ("q\u{307}\u{323}", "q\u{323}\u{307}"),
      ("\u{915}\u{93C}", "\u{915}\u{93C}"), ("\u{958}", "\u{915}\u{93C}"), ("\u{344}", "\u{308}\u{301}"),
      ("\u{0}\u{301}a", "\u{0}\u{301}a"), ("\u{110A5}\u{110BA}", "\u{110AB}"), ("\u{2F800}", "\u{4E3D}"),
      ("\u{9C7}\u{9BE}", "\u{9CB}"), ("a\u{0}\u{301}", "a\u{0}\u{301}"), ("\u{3B9}\u{308}\u{301}", "\u{390}"),
      ("a\u{345}\u{1DFB}", "a\u{1DFB}\u{345}"),  // a mark of Unicode 9
    ])
  func forms(text: String, expected: String) {
    #expect(
      composed(text).unicodeScalars.elementsEqual(expected.unicodeScalars),
      "\(composed(text).debugDescription)")
    #expect(composed(expected).unicodeScalars.elementsEqual(expected.unicodeScalars), "twice is once")
  }

  @Test("Normal form C leaves characters beyond Unicode 9 alone, as tokenizers does")
  func newer() {
    for text in ["a\u{345}\u{1DFA}", "\u{11935}\u{11930}", "\u{105D2}\u{307}"] {  // Unicode 14, 13, 16
      #expect(composed(text).unicodeScalars.elementsEqual(text.unicodeScalars))
    }
  }

  @Test("Normal form C does not change a text that is in it")
  func inert() {
    for text in ["", "plain", "caf\u{E9}", "日本語 – “quoted” … 🦙"] {
      #expect(NormalFormC.normalized(Array(text.utf8), in: 0..<text.utf8.count) == nil)
    }
  }

  private func composed(_ text: String) -> String {
    NormalFormC.normalized(Array(text.utf8), in: 0..<text.utf8.count).map {
      String(decoding: $0, as: UTF8.self)
    } ?? text
  }
}
