import Basics
import Testing

@Suite("JSON")
struct JSONTests {
  private func read(_ text: String, _ options: JSONReader.Options = .init()) throws -> JSONValue {
    try JSONValue(Array(text.utf8), options: options)
  }

  @Test("A reader keeps the order of names, and reads whole numbers apart from others")
  func reads() throws {
    let value = try read(#" {"b": [1, -2.5, 1e3, 0, true, null], "a": "\u00e9\n\ud83d\ude00\/", "c": {}} "#)
    #expect(
      value
        == .object([
          ("b", .list([.integer(1), .number(-2.5), .number(1000), .integer(0), .bool(true), .null])),
          ("a", .text("é\n😀/")), ("c", .object([])),
        ]))
    #expect(value.object?.names == ["b", "a", "c"])
    #expect(value.object?["a"]?.text == "é\n😀/")
  }

  @Test(
    "A text that is no JSON is refused with the byte at fault",
    arguments: [
      ("", 0), ("[1,]", 3), ("{1: 2}", 1), ("{\"a\" 1}", 5), ("[1] 2", 4), ("\"a", 2), ("\"\\u12\"", 3),
      ("01", 1), ("1.", 0), (".5", 0), ("-", 0), ("1e", 0), ("+1", 0), ("NaN", 0), ("-Infinity", 0),
      ("1e999", 0),
      ("tru", 0), ("\"\\ud83d\"", 7), ("\"\u{1}\"", 1), ("\"\\x\"", 2), ("[", 1),
      ("{\"a\": 1, \"a\": 2}", 13),
    ])
  func refuses(text: String, offset: Int) throws {
    let error = try #require(throws: JSONError.self) { try read(text) }
    #expect(error.offset == offset, "\(error)")
  }

  @Test("A million brackets inside each other are refused, since nesting has a bound")
  func depth() throws {
    var options = JSONReader.Options()
    options.deepest = 3
    #expect(throws: Never.self) { try read("[[[]]]", options) }
    #expect(throws: JSONError(.tooDeep(most: 3), offset: 3)) {
      try read("[[[[]]]]", options)
    }
    #expect(throws: JSONError.self) { try read(String(repeating: "[", count: 1_000_000)) }
  }

  @Test(
    "Python's options take the last of two names, numbers that are not finite and halves of surrogate pairs")
  func python() throws {
    #expect(
      try read(#"{"a": 1, "b": 2, "a": 3}"#, .python) == .object([("a", .integer(3)), ("b", .integer(2))]))
    #expect(
      try read("[Infinity, -Infinity, 1e999]", .python).list?.map(\.number) == [
        .infinity, -.infinity, .infinity,
      ])
    #expect(try read("NaN", .python).number?.isNaN == true)
    #expect(try read(#""\ud83d-""#, .python) == .text("\u{FFFD}-"))
    #expect(try read(#""\ud83d\u0041""#, .python) == .text("\u{FFFD}A"))
  }

  @Test("Whole numbers beyond 64 bits are read as float64, or kept as they are written")
  func largeIntegers() throws {
    var options = JSONReader.Options()
    #expect(try read("18446744073709551616", options) == .number(18_446_744_073_709_551_616))
    options.keepsLargeIntegers = true
    #expect(try read("18446744073709551616", options) == .json("18446744073709551616"))
    #expect(try read("9223372036854775807", options) == .integer(.max))
  }

  @Test("A reader returns the value that a writer wrote")
  func roundTrip() throws {
    let value = JSONValue.object([
      ("text", .text("\u{0}\u{8}\"\\\n\u{7F}é😀\u{2028}")),
      ("list", .list([.integer(-1), .number(0.1), .null])),
      ("empty", .list([])), ("object", .object([("", .bool(false))])),
    ])
    #expect(try read(value.line) == value)
    #expect(try read(value.indented) == value)
  }

  @Test("Each style of quoting escapes the characters that it names")
  func quoting() {
    let text = "\u{8}\u{C}\u{1}\u{7F}\u{85}é😀"
    #expect(JSONText.quoted(text) == "\"\\u0008\\u000c\\u0001\\u007f\u{85}é😀\"")
    #expect(JSONText.quoted(text, escaping: .short) == "\"\\b\\f\\u0001\u{7F}\u{85}é😀\"")
    #expect(
      JSONText.quoted(text, escaping: [.short, .nonASCII])
        == "\"\\b\\f\\u0001\\u007f\\u0085\\u00e9\\ud83d\\ude00\"")
    #expect(JSONText.quoted(text, escaping: .unreadable) == "\"\\u0008\\u000c\\u0001\\u007f\\u0085é😀\"")
  }
}
