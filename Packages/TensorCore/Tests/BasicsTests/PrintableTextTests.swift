import Basics
import Testing

@Suite("Texts on a terminal")
struct PrintableTextTests {
  @Test(
    "A printable text has no character that a terminal obeys",
    arguments: [
      ("red \u{1B}[31m", #"red \u{1B}[31m"#), ("a\nb\r\nc", #"a\nb\r\nc"#),
      ("\u{9B}2J\u{7}", #"\u{009B}2J\u{07}"#),
      ("a\u{202E}b", #"a\u{202E}b"#), ("\0", #"\0"#), ("é 🐈 日本 \u{301}", "é 🐈 日本 \u{301}"), ("", ""),
    ])
  func obeyed(text: String, expected: String) {
    #expect(text.printable() == expected)
    #expect(expected.printable() == expected)
  }

  @Test("A printable text keeps the characters that the caller names")
  func kept() { #expect("a\n\tb\u{1B}".printable(keeping: "\n\t") == "a\n\tb\\u{1B}") }
}
