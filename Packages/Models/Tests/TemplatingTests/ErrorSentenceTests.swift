import Templating
import Testing

/// The only tests of how errors of templates are worded; all others match fields.
@Suite("Sentences of errors in templates")
struct ErrorSentenceTests {
  @Test(
    "An error says in one sentence what was tried, on what, and where",
    arguments: [
      (.undefined(.name("message")), "'message' is undefined"),
      (.undefined(.part("attribute 'x'", of: "a list")), "a list has no attribute 'x'"),
      (.undefined(.argument("b", macro: "m")), "macro 'm' got no value for 'b'"),
      (.undefined(.caller(macro: "m")), "macro 'm' was not called by a call block"),
      (.unwritable(.slice(of: "none")), "none cannot be cut into a slice, so it cannot be written as JSON"),
      (.expected("an expression", found: "'%}'"), "expected an expression, found '%}'"),
      (.unexpected("']'", expected: ")"), "unexpected ']', expected ')'"),
      (.unclosed("this tag", end: "'}}'"), "this tag has no '}}'"),
      (
        .endsBefore(["else", "endif"], open: "if", line: 2),
        "the template ends before 'else' or 'endif', which 'if' of line 2 needs"
      ),
      (.misplaced(.end("endif", open: "for", line: 1)), "'endif' does not belong to 'for' of line 1"),
      (.misplaced(.end("endif")), "'endif' without a beginning"),
      (.misplaced(.outsideLoop("break")), "'break' outside of a loop"),
      (
        .unsupported(.statement("include")),
        "statement 'include' is not supported: a template is one plain text"
      ),
      (
        .unsupported(.change(method: "append", of: "a list")),
        "method 'append' would change a list, which templates may not do"
      ),
      (.integer(digits: "99"), "integer '99' is more than 64 bits hold"),
      (.integer(digits: nil), "an integer that 64 bits do not hold"),
      (.notUTF8, "cannot be read as UTF-8 text"),
      (.unreadable(reason: "it is a folder"), "cannot be read: it is a folder"),
      (.raised("Roles must alternate"), "Roles must alternate"),
    ] as [(TemplateError.Problem, String)])
  func saysWhatHappened(problem: TemplateError.Problem, sentence: String) {
    #expect(TemplateError(.operation, problem, line: 2).description == sentence + " (template line 2)")
  }

  @Test(
    "An error about a call names the function, its parameter and the type of the value",
    arguments: [
      (.unknown(.filter, "uper", nearest: "upper"), "unknown filter 'uper'; did you mean 'upper'?"),
      (
        .parameter(of: "filter 'sort'", "revers", nearest: "reverse"),
        "filter 'sort' has no parameter 'revers'; did you mean 'reverse'?"
      ),
      (
        .needs("filter 'replace'", expected: "a value", parameter: "new"),
        "filter 'replace' needs a value for 'new'"
      ),
      (
        .needs("filter 'abs'", expected: "a number", found: "a string"),
        "filter 'abs' needs a number, found a string"
      ),
      (.refused(by: "'+'", types: ["a string", "an integer"]), "'+' does not take a string and an integer"),
      (.tooMany(of: "macro 'm'", most: 2, found: 3), "macro 'm' takes at most 2 values, got 3"),
      (.twoValues(of: "macro 'm'", parameter: "a"), "macro 'm' got two values for 'a'"),
      (.unfit("a string", for: .call(name: "text")), "'text' is a string, which cannot be called"),
      (.unfit("a list", for: .key), "a list cannot be a key"),
      (.hasNo("method 'x'", of: "a list"), "a list has no method 'x'"),
      (.notIn("'x'", "the string"), "'x' is not in the string"),
      (.zero(.step(of: "a slice")), "the step of a slice cannot be 0"),
      (.lacks("a format", "value 3"), "a format lacks value 3"),
      (.format(.type("d", found: "a string", isPercent: true)), "'%d' does not fit a string"),
      (.group("3", count: 1), "the replacement names group 3, but the pattern has 1"),
    ] as [(TemplateError.Problem, String)])
  func namesTheFunction(problem: TemplateError.Problem, sentence: String) {
    #expect(TemplateError(.operation, problem).message == sentence)
  }

  @Test(
    "An error about a limit states the limit",
    arguments: [
      (.limit(5, .steps), "more than 5 steps"),
      (.limit(10, .bytes), "a text of more than 10 bytes"),
      (.limit(8, .groups(pattern: "'((a))'")), "'((a))' has more than 8 groups inside each other"),
      (
        .matching(pattern: "'(a+)+'", .seconds(most: 4), characters: 30),
        "the regular expression '(a+)+' takes more than 4 seconds on a text of 30 characters"
      ),
    ] as [(TemplateError.Problem, String)])
  func statesTheLimit(problem: TemplateError.Problem, sentence: String) {
    #expect(TemplateError(.limit, problem).message == sentence)
  }

  @Test("An error about a conversation names the file, the key and where the system turn comes from")
  func namesTheFile() {
    var error = TemplateError(.undefined, .undefined(.name("x")), line: 2)
      .located(in: "t.yaml", at: "doc_to_text")
    #expect(error.description == "file 't.yaml', 'doc_to_text': 'x' is undefined (template line 2)")
    error.systemOrigin = "description"
    #expect(
      error.description
        == "file 't.yaml', 'doc_to_text': 'x' is undefined; so it does with the system turn, which comes from the description (template line 2)"
    )
    #expect(
      TemplateError(.missing, .noTemplate(.key("chat_template", besides: "chat_template.jinja")))
        .located(in: "c.json").description
        == "file 'c.json': no 'chat_template', and no file 'chat_template.jinja' beside it; without a chat template the model has no chat format"
    )
    #expect(
      TemplateError(.syntax, .chatTemplate("rag", known: ["default", "tool_use"])).message
        == "no chat template is named 'rag'; there are 'default', 'tool_use'")
  }

  @Test("An error in JSON names the byte")
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
}
