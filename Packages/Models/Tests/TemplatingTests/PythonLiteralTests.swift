import Templating
import Testing

@Suite("Python's literals")
struct PythonLiteralTests {
  @Test("What a template prints is read back as a Python literal")
  func readsBack() throws {
    let choices: TemplateValue = ["cold", "it's", "say \"x\"", "both ' and \"", "a\nb\\n", "é }} %}", ""]
    let value: TemplateValue = [
      "list": choices, "numbers": [1, -2, 2.5, 1e22], "rest": [true, .null, .tuple([1])],
    ]
    for value in [value, choices, "a", 1, -1, [], [:]] {
      let text = try Template("{{ [value] }}", environment: .taskFile).render(["value": value])
      #expect(try TemplateValue(pythonLiteral: text) == .list([value]))
    }
    #expect(try TemplateValue(pythonLiteral: " ('a' 'b', 0x10,)\n") == .tuple(["ab", 16]))
  }

  @Test(
    "An expression is no Python literal",
    arguments: [
      "", "name", "[name]", "1 + 1", "f()", "[1", "1]", "[1] }}{{ 2", "[1]}} {{", "{[]: 1}", "'a", "-'a'",
      "{#",
    ])
  func refusesExpressions(text: String) {
    #expect(throws: TemplateError.self) { try TemplateValue(pythonLiteral: text) }
  }
}
