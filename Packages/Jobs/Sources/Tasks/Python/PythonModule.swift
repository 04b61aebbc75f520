import Foundation

/// A file of Python, as the statements of its top level.
struct PythonModule: Sendable {
  /// A statement with everything indented under it.
  struct Statement: Sendable {
    var tokens: [PythonToken]
    /// The names that it defines.
    var names: Set<String>
  }

  let path: String
  let statements: [Statement]

  /// - Returns: `nil` for a file that is missing or no Python.
  init?(path: String) {
    guard let bytes = FileManager.default.contents(atPath: path), bytes.count <= PythonLexer.largest,
      let source = String(validating: bytes, as: UTF8.self)
    else { return nil }
    self.init(source, path: path)
  }

  init?(_ source: String, path: String = "") {
    guard let tokens = PythonLexer.tokens(of: source) else { return nil }
    self.path = path
    statements = Self.statements(tokens)
  }

  /// The statements that define a name.
  func definitions(of name: String) -> [Int] {
    statements.indices.filter { statements[$0].names.contains(name) }
  }

  private static func statements(_ tokens: [PythonToken]) -> [Statement] {
    var statements: [Statement] = []
    var current: [PythonToken] = []
    var depth = 0
    func isContinued(_ next: PythonToken?) -> Bool {
      if current.first == .symbol("@"), current.last == .newline { return true }
      return ["else", "elif", "except", "finally"].contains(next?.name ?? "")
    }
    for (index, token) in tokens.enumerated() {
      current.append(token)
      if token == .indent { depth += 1 }
      if token == .dedent { depth -= 1 }
      let next = index + 1 < tokens.count ? tokens[index + 1] : nil
      guard depth == 0, token == .newline || token == .dedent, next != .indent, !isContinued(next) else {
        continue
      }
      let cleaned = PythonLayout.cleaned(current)
      if !cleaned.isEmpty { statements.append(Statement(tokens: cleaned, names: names(of: cleaned))) }
      current = []
    }
    return statements
  }

  /// The names that a statement defines: of itself where it is simple, else of all lines within it.
  private static func names(of tokens: [PythonToken]) -> Set<String> {
    let decorators = tokens.first == .symbol("@")
    let start = decorators ? tokens.firstIndex { ["def", "class"].contains($0.name ?? "") } ?? 0 : 0
    let body = tokens[start...]
    switch body.first?.name {
    case "def", "class": return Set(body.dropFirst().first?.name.map { [$0] } ?? [])
    case "if", "try", "for", "with", "while":
      return body.split(whereSeparator: \.isLayout)
        .reduce(into: []) { $0.formUnion(names(ofLine: Array($1))) }
    default: return names(ofLine: Array(body))
    }
  }

  private static func names(ofLine tokens: [PythonToken]) -> Set<String> {
    switch tokens.first?.name {
    case "def", "class": return Set(tokens.dropFirst().first?.name.map { [$0] } ?? [])
    case "import", "from": return Set(imports(of: tokens).map(\.name))
    default:
      var names: Set<String> = []
      guard let end = tokens.firstIndex(of: .symbol("=")) else { return [] }
      for index in 0..<end {
        guard let name = tokens[index].name else { continue }
        let next = tokens[index + 1]
        if ![.symbol("."), .symbol("("), .symbol("[")].contains(next),
          index == 0 || tokens[index - 1] != .symbol(".")
        {
          names.insert(name)
        }
      }
      return names
    }
  }

  /// What a line imports: the name that it defines, and where that comes from, `("functools", "partial")`; of `import re`
  /// the module by itself.
  static func imports(of tokens: [PythonToken]) -> [(name: String, module: String, original: String)] {
    switch tokens.first?.name {
    case "import":
      return imported(Array(tokens.dropFirst())).map {
        ($0.alias ?? String($0.name.prefix { $0 != "." }), $0.name, "")
      }
    case "from":
      guard let end = tokens.firstIndex(of: .name("import")) else { return [] }
      let module = tokens[1..<end].map { token in
        if case .symbol(let symbol) = token { symbol } else { token.name ?? "" }
      }.joined()
      return imported(Array(tokens[(end + 1)...])).map { ($0.alias ?? $0.name, module, $0.name) }
    default: return []
    }
  }

  /// The names of `a.b as c, d`, brackets around them or not.
  private static func imported(_ tokens: [PythonToken]) -> [(name: String, alias: String?)] {
    tokens.split(separator: .symbol(",")).compactMap { part in
      let words = part.filter { ![.symbol("("), .symbol(")"), .newline].contains($0) }
      let split = words.firstIndex(of: .name("as")) ?? words.endIndex
      let name = words[..<split].map { $0.name ?? "." }.joined()
      return name.isEmpty ? nil : (name, words.endIndex > split ? words.last?.name : nil)
    }
  }
}
