import Templating

/// A table of functions, one for each of a list of values: `{f"process_{value.lower()}": partial(function,
/// parameter=value) for value in VALUES}`.
struct RowTable {
  private(set) var values: [String] = []
  private(set) var function = ""
  private(set) var parameter = ""
  private var prefix = ""
  private var suffix = ""
  private var steps: [Step] = []

  private static let form = PythonForm(
    "@name = {0: partial(@function, @parameter=@value) for @value in @list}\n")

  /// What a name's text goes through.
  private enum Step {
    case lower
    case replace(String, String)
  }

  /// - Returns: `nil` where the name is not defined once, or as something else.
  init?(_ name: String, in module: PythonModule) {
    let definitions = module.definitions(of: name)
    guard definitions.count == 1 else { return nil }
    let tokens = module.statements[definitions[0]].tokens
    guard tokens.count > 4, tokens[1] == .symbol("="), tokens[2] == .symbol("{"),
      case .formatted(let parts) = tokens[3]
    else { return nil }
    guard let match = Self.form.match(Array(tokens[..<3]) + [.number("0")] + Array(tokens[4...])),
      let variable = match["value"]?.name, let list = match["list"]?.name, read(parts, variable),
      let values = Self.texts(list, in: module)
    else { return nil }
    self.values = values
    function = match["function"]?.name ?? ""
    parameter = match["parameter"]?.name ?? ""
  }

  /// The name of the function of a value.
  func name(of value: String) -> String {
    let text = steps.reduce(value) { text, step in
      switch step {
      case .lower: PythonText.lower(text)
      case .replace(let old, let new): PythonText.replaced(text, old, with: new)
      }
    }
    return prefix + text + suffix
  }

  /// Reads `process_{value.lower().replace(" ", "_")}`.
  private mutating func read(_ parts: [PythonToken.FormattedPart], _ variable: String) -> Bool {
    guard parts.count == 3, case .text(let prefix) = parts[0], case .code(let code, "") = parts[1],
      case .text(let suffix) = parts[2], code.first == .name(variable)
    else { return false }
    (self.prefix, self.suffix) = (prefix, suffix)
    var rest = code.dropFirst()
    while !rest.isEmpty {
      let call = Array(rest.prefix(8))
      if call.starts(with: [.symbol("."), .name("lower"), .symbol("("), .symbol(")")]) {
        steps.append(.lower)
        rest = rest.dropFirst(4)
      } else if call.count >= 7, call.starts(with: [.symbol("."), .name("replace"), .symbol("(")]),
        let old = call[3].text, call[4] == .symbol(","), let new = call[5].text, call[6] == .symbol(")")
      {
        steps.append(.replace(old, new))
        rest = rest.dropFirst(7)
      } else {
        return false
      }
    }
    return true
  }

  /// The texts of `NAME = ["…", "…"]`.
  private static func texts(_ name: String, in module: PythonModule) -> [String]? {
    let definitions = module.definitions(of: name)
    guard definitions.count == 1 else { return nil }
    let tokens = module.statements[definitions[0]].tokens
    guard tokens.starts(with: [.name(name), .symbol("="), .symbol("[")]),
      tokens.suffix(2) == [.symbol("]"), .newline]
    else { return nil }
    let elements = tokens[3..<tokens.count - 2].split(
      separator: .symbol(","), omittingEmptySubsequences: false)
    let texts = elements.compactMap { $0.count == 1 ? $0.first?.text : nil }
    return texts.count == elements.count ? texts : nil
  }
}
