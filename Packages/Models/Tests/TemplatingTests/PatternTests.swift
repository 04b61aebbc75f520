import Templating
import Testing

/// What CPython 3.11's `re.sub(pattern, "<X>", text)` gives.
@Suite("Regular expressions, as Python reads them")
struct PatternTests {
  private static let references: [(pattern: String, text: String, result: String)] = [
    (#"\b\w\b"#, "e\u{301}", "<X>\u{301}"), (#"\b\w\b"#, "Ⅳ ⑤", "<X> <X>"),
    (#"\b\w\b"#, "a\u{200B}b c", "<X>\u{200B}<X> <X>"), (#"\bfoo\b"#, "foo food foo", "<X> food <X>"),
    (#"\B"#, "", ""), (#"\B"#, "ab", "a<X>b"), (#"o\B"#, "foo", "f<X>o"),
    (#"(?a)\w+"#, "straße 4٣", "<X>ß<X> <X>٣"), (#"(?a)\d"#, "4٣", "<X>٣"),
    (#"(?a)[^\d]"#, "4٣", "4<X>"), (#"(?a)\b\w+\b"#, "ésa", "é<X>"),
    (#"(?a)\s"#, "a\u{A0}b c", "a\u{A0}b<X>c"),
    (#"(?i)ß"#, "ß ẞ ss", "<X> <X> ss"), (#"(?i)STRASSE"#, "straße strasse", "straße <X>"),
    (#"(?i)fi"#, "ﬁ FI", "ﬁ <X>"), (#"(?i)i"#, "İıIi", "<X><X><X><X>"), (#"(?i:ss)S"#, "ßS sSS", "ßS <X>"),
    (#"(?i)\u00df"#, "ß ss", "<X> ss"), (#"(?i)\x41"#, "aA", "<X><X>"), (#"(?-i:a)"#, "aA", "<X>A"),
    (#"\101"#, "A1", "<X>1"), (#"\0"#, "a\0b", "a<X>b"), (#"\08"#, "\u{0}8", "<X>"),
    (#"[\12]"#, "a\nb", "a<X>b"), (#"(a)(b)(c)\3"#, "abcc abc", "<X> abc"), (#"(a)\1"#, "aab", "<X>b"),
    (#"[\x41-\x43]"#, "ABCD", "<X><X><X>D"), (#"\U0001F408"#, "🐈x", "<X>x"),
    (#"\bthe answer is \(?([A-D])\)?"#, "So the answer is (B).", "So <X>."),
  ]

  @Test("A regular expression replaces what Python replaces", arguments: references)
  func replaces(pattern: String, text: String, result: String) throws {
    let replaced = try PythonPattern(pattern).replacingMatches(in: text, with: "<X>")
    #expect(Array(replaced.unicodeScalars) == Array(result.unicodeScalars))
  }

  @Test(
    "A text that is no regular expression in Python is none here",
    arguments: [#"\e"#, #"\x4"#, #"\u00e"#, #"\h"#, #"\p{L}"#, "(?z)a", "(a"])
  func refusals(pattern: String) {
    let error = #expect(throws: TemplateError.self) { try PythonPattern(pattern) }
    #expect(error?.kind == .operation)
  }

  @Test("Regular expressions that differ in scalars only are kept apart")
  func scalars() throws {
    #expect(try PythonPattern("e\u{301}").replacingMatches(in: "e\u{301}", with: "x") == "x")
    #expect(try PythonPattern("\u{E9}").replacingMatches(in: "e\u{301}", with: "x") == "e\u{301}")
  }

  @Test("A regular expression with too many classes is refused, since each takes time to compile")
  func classes() {
    for part in [#"\w"#, #"\b"#, #"[\s]"#] {
      let error = #expect(throws: TemplateError.self) {
        try PythonPattern(String(repeating: part, count: 8192))
      }
      #expect(error?.kind == .limit)
    }
  }
}

@Suite("Case folding")
struct CaseFoldingTests {
  /// As CPython 3.11 has them.
  @Test(
    "Case folding is Python's",
    arguments: [
      ("Straße ẞ", "strasse ss"), ("ﬁ ŉ ǰ", "fi \u{2BC}n j\u{30C}"), ("ΑΣ ς", "ασ σ"), ("İıI", "i\u{307}ıi"),
      ("Ꭰꭰ", "ᎠᎠ"),
      ("µ ſ \u{345}", "μ s ι"), ("ᾼᾳ", "αιαι"),
    ])
  func folds(text: String, expected: String) throws {
    let folded = try Template("{{ s.casefold() }}", environment: .chat).render(["s": .string(text)])
    #expect(Array(folded.unicodeScalars) == Array(expected.unicodeScalars))
  }
}
