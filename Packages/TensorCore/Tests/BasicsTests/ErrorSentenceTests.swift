import Basics
import Testing

/// The wording of the errors of Basics; other tests compare their facts.
@Suite("Sentences of errors of Basics")
struct ErrorSentenceTests {
  @Test("JSON that is none is refused with its byte")
  func json() {
    let sentences: [(JSONError.Kind, String)] = [
      (.expected("':'", found: "'1'"), "expected ':', found '1'"),
      (.expected("a value", found: nil), "expected a value, found the end"),
      (.repeated(name: "a"), "name 'a' occurs twice"), (.tooDeep(most: 3), "nested deeper than 3 levels"),
      (.number("1e999"), "'1e999' is no number that fits"), (.notUTF8, "a text is not UTF-8"),
      (.controlCharacter, "a control character in a text"), (.escape, "an unknown escape"),
      (.surrogate, "half a surrogate pair"),
      (.escapeDigits, "an escape needs four hexadecimal digits"), (.notAnObject, "expected an object"),
      (.violation(.value("token 3", expected: "a text", found: "4")), "token 3: expected a text, found 4"),
    ]
    for (kind, sentence) in sentences {
      #expect(JSONError(kind, offset: 5).description == "JSON, byte 5: \(sentence)")
    }
  }
}
