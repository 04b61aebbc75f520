/// A piece of a template's text, with the line where it begins.
struct Token: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case data(String)
    case statementBegin, statementEnd
    case outputBegin, outputEnd
    case name(String)
    case string(String)
    case integer(Int)
    case float(Double)
    case symbol(String)
    case end
  }

  var kind: Kind
  var line: Int

  var description: String {
    switch kind {
    case .data: "text"
    case .statementBegin: "'{%'"
    case .statementEnd: "'%}'"
    case .outputBegin: "'{{'"
    case .outputEnd: "'}}'"
    case .name(let name): "'\(name)'"
    case .string(let text): PythonText.quoted(text)
    case .integer(let value): String(value)
    case .float(let value): PythonFloat.representation(value)
    case .symbol(let symbol): "'\(symbol)'"
    case .end: "the end of the template"
    }
  }
}
