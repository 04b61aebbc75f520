import Templating
import Testing

@Suite("Errors of templates")
struct ErrorSentenceTests {
  /// Every sentence names what was tried, on what, and where.
  @Test(
    "say it in one sentence with the line",
    arguments: [
      ("\n{{ message.content }}", "'message' is undefined (template line 2)"),
      ("{{ list.items.name }}", "'list.items' is undefined (template line 1)"),
      ("{{ list[7].name }}", "'list[7]' is undefined (template line 1)"),
      ("{{ text + 1 }}", "'+' does not take a string and an integer (template line 1)"),
      ("{{ text.uper() }}", "'text.uper' is undefined (template line 1)"),
      ("{{ text() }}", "'text' is a string, which cannot be called (template line 1)"),
      ("{{ text | uper }}", "unknown filter 'uper'; did you mean 'upper'? (template line 1)"),
      ("{{ text is strin }}", "unknown test 'strin'; did you mean 'string'? (template line 1)"),
      ("{{ list | join(seperator=',') }}", "filter 'join' has no parameter 'seperator' (template line 1)"),
      (
        "{{ list | sort(revers=true) }}",
        "filter 'sort' has no parameter 'revers'; did you mean 'reverse'? (template line 1)"
      ),
      ("{{ text | replace('a') }}", "filter 'replace' needs a value for 'new' (template line 1)"),
      (
        "{{ list.append(4) }}",
        "method 'append' would change a list, which templates may not do (template line 1)"
      ),
      ("{{ 'b'.index('x') }}", "'x' is not in the string (template line 1)"),
      ("{% fro a in list %}", "unknown statement 'fro'; did you mean 'for'? (template line 1)"),
      ("{% for a in list %}\n{% endif %}", "'endif' does not belong to 'for' of line 1 (template line 2)"),
      (
        "\n{% if text %}\n",
        "the template ends before 'elif' or 'else' or 'endif', which 'if' of line 2 needs (template line 2)"
      ),
      (
        "{% include 'a' %}",
        "statement 'include' is not supported: a template is one plain text (template line 1)"
      ),
      ("{{ text", "this tag has no '}}' (template line 1)"),
      ("{{ (1] }}", "unexpected ']', expected ')' (template line 1)"),
      (
        "{{ 99999999999999999999 }}",
        "integer '99999999999999999999' is more than 64 bits hold (template line 1)"
      ),
      ("{{ raise_exception('Roles must alternate') }}", "Roles must alternate (template line 1)"),
    ])
  func sayItInOneSentence(source: String, sentence: String) throws {
    let error = try #require(throws: TemplateError.self) {
      try Template(source, environment: .chat).render(["text": "abc", "list": [1, 2, 3]])
    }
    #expect(error.description == sentence)
  }

  @Test("hold facts: the file, the key, the name and the nearest one")
  func facts() throws {
    let template = try Template("a\n{{ x }}", environment: .taskFile).located(in: "t.yaml", at: "doc_to_text")
    let error = try #require(throws: TemplateError.self) { try template.render([:]) }
    #expect(
      error.kind == .undefined && error.path == "t.yaml" && error.key == "doc_to_text" && error.line == 2)
    #expect(error.description == "file 't.yaml', 'doc_to_text': 'x' is undefined (template line 2)")
    let unknown = try #require(throws: TemplateError.self) {
      try Template("{{ x | uper }}", environment: .chat)
    }
    #expect(unknown.kind == .syntax && unknown.found == "uper" && unknown.nearest == "upper")
  }

  @Test("of JSON name the byte")
  func jsonErrors() throws {
    let cases = [
      ("", "JSON, byte 0: expected a value, found the end"),
      ("{\"a\" 1}", "JSON, byte 5: expected ':', found '1'"),
      ("[1,]", "JSON, byte 3: expected a value, found ']'"),
      ("[1] 2", "JSON, byte 4: expected the end, found '2'"),
      ("\"a", "JSON, byte 2: expected the end of a text, found the end"),
      ("\"\\u12\"", "JSON, byte 3: an escape needs four hexadecimal digits"),
      ("{1: 2}", "JSON, byte 1: expected a name, found '1'"),
    ]
    for (json, sentence) in cases {
      let error = try #require(throws: TemplateError.self) { try TemplateValue(json: json) }
      #expect(error.description == sentence, "\(json)")
    }
    #expect(throws: TemplateError.self) { try TemplateValue(json: String(repeating: "[", count: 10_000)) }
  }

  @Test("do not come from JSON that is right")
  func readsJSON() throws {
    let value = try TemplateValue(
      json: #" {"b": [1, -2.5, 1e3, true, null], "a": "\u00e9\n\ud83d\ude00\/", "c": {}} "#)
    let expected: TemplateValue = ["b": [1, -2.5, 1000.0, true, .null], "a": "é\n😀/", "c": [:]]
    #expect(value == expected)
    #expect(
      try Template("{{ value }}", environment: .chat).render(["value": value])
        == "{'b': [1, -2.5, 1000.0, True, None], 'a': 'é\\n😀/', 'c': {}}")
  }
}
