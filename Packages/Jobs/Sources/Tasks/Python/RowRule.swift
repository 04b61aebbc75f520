import Basics
import Templating

/// The rows of a data set whose field meets a condition, as the most `process_docs` choose them.
///
/// The rule is read from the source of the function where that has one of a few forms exactly; anything else is no rule.
/// Nothing is run.
struct RowRule: Sendable, Equatable {
  enum Condition: Sendable, Equatable {
    case equals(TemplateValue)
    case differs(TemplateValue)
    case begins(String)
    case isNotEmpty
  }

  var field: String
  var condition: Condition

  func holds(for row: TemplateDictionary) throws -> Bool {
    let value = row[field] ?? .null
    switch condition {
    case .equals(let wanted): return value == wanted
    case .differs(let unwanted): return value != unwanted
    case .begins(let start):
      guard case .string(let text) = value else {
        throw TaskError.badData(
          .missing("text '\(field)'", purpose: "by whose beginning documents are chosen"))
      }
      return text.unicodeScalars.starts(with: start.unicodeScalars)
    case .isNotEmpty:
      switch value {
      case .list(let elements): return !elements.isEmpty
      case .string(let text): return !text.isEmpty
      case .dictionary(let dictionary): return !dictionary.isEmpty
      default:
        throw TaskError.badData(.missing("list '\(field)'", purpose: "by whose length documents are chosen"))
      }
    }
  }

  /// The rule of the function `name`; `nil` where the module does not say one in a form that is known.
  init?(_ name: String, in module: PythonModule) {
    let definitions = module.definitions(of: name)
    let others = module.statements.indices.filter { module.changesItself(at: $0) }
    if definitions.count == 1, others.isEmpty,
      let rule = Self.defined(module.statements[definitions[0]], module)
    {
      self = rule
    } else if definitions.isEmpty, let rule = Self.listed(name, module, others) {
      self = rule
    } else {
      return nil
    }
  }

  init(field: String, condition: Condition) { (self.field, self.condition) = (field, condition) }

  private init?(_ match: [String: PythonToken], _ make: (TemplateValue) -> Condition?, value: PythonToken?) {
    guard let field = match["field"]?.text, let condition = make(value?.literal ?? .null) else { return nil }
    (self.field, self.condition) = (field, condition)
  }

  // MARK: - Forms

  /// The comparisons, each as what stands after `lambda row:`.
  private static let conditions: [(source: String, make: @Sendable (TemplateValue) -> Condition?)] = [
    ("@row[$field] == VALUE", { .equals($0) }),
    ("@row[$field] != VALUE", { .differs($0) }),
    ("@row[$field].startswith(VALUE)", { if case .string(let text) = $0 { .begins(text) } else { nil } }),
    ("len(@row[$field]) > 0", { _ in .isNotEmpty }),
  ]

  private struct Form: Sendable {
    var direct: [PythonForm]
    var parametric: [PythonForm]
    var make: @Sendable (TemplateValue) -> Condition?
  }

  private static let forms: [Form] = conditions.map { condition in
    func filled(_ value: String) -> String { condition.source.replacing("VALUE", with: value) }
    return Form(
      direct: [
        PythonForm("def @function(@rows):\n    return @rows.filter(lambda @row: \(filled("$value")))\n"),
        PythonForm(
          "def @function(@rows):\n    def @test(@row):\n        return \(filled("$value"))\n    return @rows.filter(@test)\n"
        ),
      ],
      parametric: [
        PythonForm(
          "def @function(@rows, @value):\n    return @rows.filter(lambda @row: \(filled("@value")))\n")
      ], make: condition.make)
  }

  private static let formatted = PythonForm(
    "def @function(@rows, @value):\n    return @rows.filter(lambda @row: @row[$field] == ?text)\n")
  private static let partial = PythonForm("@name = partial(@function, @parameter=$value)\n")
  private static let call = PythonForm("def @name(@rows):\n    return @function(@rows, $value)\n")
  private static let update = PythonForm("globals().update(@table)\n")

  /// `def name(rows): …`, `def name(rows): return function(rows, value)`, or `name = partial(function, parameter=value)`.
  private static func defined(_ statement: PythonModule.Statement, _ module: PythonModule) -> RowRule? {
    for form in forms {
      for match in form.direct.lazy.compactMap({ $0.match(statement.tokens) }) {
        if let rule = RowRule(match, form.make, value: match["value"]) { return rule }
      }
    }
    if let match = call.match(statement.tokens), let function = match["function"]?.name {
      return rule(of: function, parameter: nil, value: match["value"], module)
    }
    guard let match = partial.match(statement.tokens), let function = match["function"]?.name,
      module.takesPartialFromFunctools
    else { return nil }
    return rule(of: function, parameter: match["parameter"], value: match["value"], module)
  }

  private static func rule(
    of function: String, parameter: PythonToken?, value: PythonToken?, _ module: PythonModule
  ) -> RowRule? {
    let definitions = module.definitions(of: function)
    guard definitions.count == 1, let value else { return nil }
    let statement = module.statements[definitions[0]].tokens
    for form in forms {
      for match in form.parametric.lazy.compactMap({ $0.match(statement) })
      where (parameter ?? match["value"]) == match["value"] && match["row"] != match["value"] {
        if let rule = RowRule(match, form.make, value: value) { return rule }
      }
    }
    return prefixed(statement, parameter, value)
  }

  /// `rows.filter(lambda row: row[field] == f"…{value}…")`.
  private static func prefixed(
    _ statement: [PythonToken], _ parameter: PythonToken?, _ value: PythonToken
  ) -> RowRule? {
    guard let match = formatted.match(statement), let field = match["field"]?.text, let text = value.text,
      (parameter ?? match["value"]) == match["value"], match["row"] != match["value"],
      case .formatted(let parts)? = match["text"], parts.count == 3, case .text(let start) = parts[0],
      case .code(let code, "") = parts[1], code.count == 1, code.first == match["value"],
      case .text(let end) = parts[2]
    else { return nil }
    return RowRule(field: field, condition: .equals(.string(start + text + end)))
  }

  /// `table = {f"process_{value}": partial(function, parameter=value) for value in VALUES}` and `globals().update(table)`.
  private static func listed(_ name: String, _ module: PythonModule, _ updates: [Int]) -> RowRule? {
    guard updates.count == 1, module.takesPartialFromFunctools,
      let table = update.match(module.statements[updates[0]].tokens)?["table"]?.name,
      let entry = RowTable(table, in: module),
      let value = entry.values.last(where: { entry.name(of: $0) == name })
    else { return nil }
    return rule(
      of: entry.function, parameter: .name(entry.parameter), value: .text(value, isBytes: false), module)
  }
}

extension PythonModule {
  /// Whether `partial` is that of the standard library.
  fileprivate var takesPartialFromFunctools: Bool {
    let definitions = definitions(of: "partial")
    guard definitions.count == 1, let origin = statements[definitions[0]].origin(of: "partial") else {
      return false
    }
    return origin == PythonOrigin(module: "functools", name: "partial")
  }
}

extension PythonToken {
  /// The value of a literal.
  fileprivate var literal: TemplateValue {
    switch self {
    case .text(let text, _): .string(text)
    case .number(let number): Int(number).map(TemplateValue.integer) ?? .null
    default: .null
    }
  }
}
