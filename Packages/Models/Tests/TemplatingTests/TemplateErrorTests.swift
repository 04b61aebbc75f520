import Templating
import Testing

@Suite("Errors of templates")
struct TemplateErrorTests {
  private func error(_ source: String) throws -> TemplateError {
    try #require(throws: TemplateError.self) {
      try Template(source, environment: .chat).render(["text": "abc", "list": [1, 2, 3]])
    }
  }

  @Test(
    "A value that does not exist is named by its path, with the line",
    arguments: [
      ("\n{{ message.content }}", .name("message"), 2),
      ("{{ list.items.name }}", .name("list.items"), 1),
      ("{{ list[7].name }}", .name("list[7]"), 1),
      ("{{ text.uper() }}", .name("text.uper"), 1),
      ("{{ (list | attr('x')).y }}", .part("attribute 'x'", of: "a list"), 1),
      ("{{ ([] | first).x }}", .part("first element", of: "an empty sequence"), 1),
      ("{% macro m(a) %}{{ a.b }}{% endmacro %}\n{{ m() }}", .argument("a", macro: "m"), 1),
      ("{{ (none[1:]).x }}", .slice(of: "none"), 1),
    ] as [(String, TemplateError.Absence, Int)])
  func namesWhatDoesNotExist(source: String, absence: TemplateError.Absence, line: Int) throws {
    #expect(try error(source) == TemplateError(.undefined, .undefined(absence), line: line))
  }

  @Test(
    "An operation that does not fit its values names the operation and their types",
    arguments: [
      ("{{ text + 1 }}", .refused(by: "'+'", types: ["a string", "an integer"])),
      ("{{ -text }}", .refused(by: "'-'", types: ["a string"])),
      ("{{ text < 1 }}", .unordered("a string", "an integer")),
      ("{{ text() }}", .unfit("a string", for: .call(name: "text"))),
      ("{{ {list: 1} }}", .unfit("a list", for: .key)),
      ("{% set text.a = 1 %}", .unfit("'text'", for: .attributes)),
      ("{% for a in 3 %}{% endfor %}", .unfit("an integer", for: .visiting)),
      ("{{ 3 | length }}", .hasNo("length", of: "an integer")),
      ("{{ text | abs }}", .needs("filter 'abs'", expected: "a number", found: "a string")),
      (
        "{{ 2.5 | round(0, 'up') }}",
        .needs("filter 'round'", expected: "'common', 'ceil' or 'floor'", parameter: "method", found: "'up'")
      ),
      ("{{ text | replace('a') }}", .needs("filter 'replace'", expected: "a value", parameter: "new")),
      (
        "{{ text.center(9, 'ab') }}",
        .needs("method 'center'", expected: "one character", parameter: "fillchar", found: "'ab'")
      ),
      ("{{ text.upper(1) }}", .tooMany(of: "method 'upper'", most: 0, found: 1)),
      ("{% macro m(a) %}{% endmacro %}{{ m(1, a=2) }}", .twoValues(of: "macro 'm'", parameter: "a")),
      (
        "{% macro m(first) %}{% endmacro %}{{ m(frist=2) }}",
        .parameter(of: "macro 'm'", "frist", nearest: "first")
      ),
      (
        "{{ list | sort(revers=true) }}", .parameter(of: "filter 'sort'", "revers", nearest: "reverse")
      ),
      ("{{ list.append(4) }}", .unsupported(.change(method: "append", of: "a list"))),
      ("{{ 'b'.index('x') }}", .notIn("'x'", "the string")),
      ("{{ 1 // 0 }}", .zero(.divisor)),
      ("{{ text[::0] }}", .zero(.step(of: "a slice"))),
      ("{{ '%d %d' % 1 }}", .format(.tooFewValues)),
      ("{{ '%d' % text }}", .format(.type("d", found: "a string", isPercent: true))),
      ("{{ '{1}'.format(1) }}", .lacks("a format", "value 1")),
      ("{{ '}'.format(1) }}", .format(.singleBrace)),
      ("{% set a, b = list %}", .expected("2 values to unpack", found: "3")),
    ] as [(String, TemplateError.Problem)])
  func namesTheOperation(source: String, problem: TemplateError.Problem) throws {
    #expect(try error(source) == TemplateError(.operation, problem, line: 1))
  }

  @Test(
    "A text that is no template names the piece at fault, with the line",
    arguments: [
      ("{{ text | uper }}", .unknown(.filter, "uper", nearest: "upper"), 1),
      ("{{ text is strin }}", .unknown(.test, "strin", nearest: "string"), 1),
      ("{% fro a in list %}", .unknown(.statement, "fro", nearest: "for"), 1),
      ("{% for a in list %}\n{% endif %}", .misplaced(.end("endif", open: "for", line: 1)), 2),
      ("{% endif %}", .misplaced(.end("endif")), 1),
      ("{% break %}", .misplaced(.outsideLoop("break")), 1),
      ("{{ f(a=1, 2) }}", .misplaced(.positionalAfterNamed), 1),
      ("\n{% if text %}\n", .endsBefore(["elif", "else", "endif"], open: "if", line: 2), 2),
      ("{% include 'a' %}", .unsupported(.statement("include")), 1),
      ("{{ text", .unclosed("this tag", end: "'}}'"), 1),
      ("{# text", .unclosed("this comment", end: "'#}'"), 1),
      ("{{ (1] }}", .unexpected("']'", expected: ")"), 1),
      ("{{ 99999999999999999999 }}", .integer(digits: "99999999999999999999"), 1),
      ("{{ }}", .expected("an expression", found: "'}}'"), 1),
      ("{% set none = 1 %}", .unfit("'none'", for: .assignment), 1),
    ] as [(String, TemplateError.Problem, Int)])
  func namesThePiece(source: String, problem: TemplateError.Problem, line: Int) throws {
    #expect(try error(source) == TemplateError(.syntax, problem, line: line))
  }

  @Test("A template's own exception is told from other errors")
  func keepsExceptions() throws {
    #expect(
      try error("{{ raise_exception('Roles must alternate') }}")
        == TemplateError(.raised, .raised("Roles must alternate"), line: 1))
  }

  @Test("An error holds the file, the key, the name and the nearest one")
  func holdsFacts() throws {
    let template = try Template("a\n{{ x }}", environment: .taskFile).located(in: "t.yaml", at: "doc_to_text")
    let error = try #require(throws: TemplateError.self) { try template.render([:]) }
    #expect(error.path == "t.yaml" && error.key == "doc_to_text" && error.line == 2)
    #expect(error.problem == .undefined(.name("x")))
    let unknown = try self.error("{{ x | uper }}")
    #expect(unknown.found == "uper" && unknown.nearest == "upper" && unknown.expected == nil)
    let unfit = try self.error("{{ text | abs }}")
    #expect(unfit.expected == "a number" && unfit.found == "a string")
  }

  @Test("JSON that is right is read whole, in the order of its keys")
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
