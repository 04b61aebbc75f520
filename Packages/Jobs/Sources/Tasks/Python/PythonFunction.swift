import Digests

/// A function that a task file names, found in the Python file beside it, with all that it needs of that file and of those
/// that it imports beneath the same folder of tasks.
///
/// Two functions of the same ``digest`` do the same, whatever their files look like: comments, documentation, annotations
/// and line ends are no part of it, nor is the rest of the file.
struct PythonFunction: Sendable {
  let name: String
  let path: String
  /// Of everything, literal texts included: 16 hexadecimal digits.
  let digest: String
  /// The same with all literal texts taken for equal, so that functions that differ in words only are of one shape.
  let shape: String
  /// The literal texts, in their order.
  let texts: [String]
  /// What the function's file imports, as `module.name`; where it is only imported, its origin.
  let origin: String?
  /// The files that were looked for; the function is the same as long as they are.
  let files: [PythonModules.Lookup]
  private let module: PythonModule

  /// Which rows of a data set it keeps, where it does just that.
  var rowRule: RowRule? { RowRule(name, in: module) }

  /// - Parameter files: Those that were looked for to find the module.
  init(_ name: String, in module: PythonModule, foundIn files: [PythonModules.Lookup] = []) {
    var closure = PythonClosure(files: files)
    closure.add(name, of: module)
    self.name = name
    self.module = module
    path = module.path
    digest = closure.digest(withTexts: true)
    shape = closure.digest(withTexts: false)
    texts = closure.tokens.flatMap(\.texts)
    origin = closure.origin
    self.files = closure.files
  }
}

/// The statements that a function needs, gathered from its file and those that it imports.
struct PythonClosure {
  private var imports: Set<String> = []
  private var order: [String] = []
  private var statements: [String: Set<Int>] = [:]
  private var modules: [String: PythonModule] = [:]
  private var known: Set<String> = []
  /// Where the function comes from, where its own file only imports it.
  private(set) var origin: String?
  /// The files that were looked for.
  private(set) var files: [PythonModules.Lookup]

  init(files: [PythonModules.Lookup]) { self.files = files }

  /// The tokens of all statements, in the order of the files and in each of its lines.
  var tokens: [PythonToken] {
    order.flatMap { path in
      (statements[path] ?? []).sorted().flatMap { modules[path]?.statements[$0].tokens ?? [] }
    }
  }

  mutating func add(_ name: String, of module: PythonModule) {
    let isFirst = known.isEmpty
    guard known.insert("\(module.path):\(name)").inserted else { return }
    note(module)
    var needed = module.definitions(of: name)
    // A name that no statement defines may be made by any of them.
    if isFirst, needed.isEmpty { needed = Array(module.statements.indices) }
    if isFirst { needed += module.statements.indices.filter { module.changesItself(at: $0) } }
    for index in needed { add(module.statements[index], index, name, of: module, isFirst) }
  }

  private mutating func note(_ module: PythonModule) {
    guard modules.updateValue(module, forKey: module.path) == nil else { return }
    order.append(module.path)
  }

  private mutating func add(
    _ statement: PythonModule.Statement, _ index: Int, _ name: String, of module: PythonModule,
    _ isFirst: Bool
  ) {
    if let origin = statement.origin(of: name) {
      imports.insert("\(origin.module).\(origin.name) as \(name)")
      if isFirst { self.origin = "\(origin.module).\(origin.name)" }
      if let other = PythonModules.shared.module(
        origin.module, importedBy: module.path, noting: &files)
      {
        if origin.name.isEmpty { addAll(of: other) } else { add(origin.name, of: other) }
      } else if let other = PythonModules.shared.module(
        origin.submodule, importedBy: module.path, noting: &files)
      {
        addAll(of: other)
      }
      return
    }
    guard statements[module.path, default: []].insert(index).inserted else { return }
    for name in PythonToken.names(in: statement.tokens) { add(name, of: module) }
  }

  /// Adds a module that is imported by itself: any of its names may be used.
  private mutating func addAll(of module: PythonModule) {
    guard known.insert(module.path).inserted else { return }
    note(module)
    for (index, statement) in module.statements.enumerated() {
      for name in statement.names.sorted() { add(name, of: module) }
      // What defines no name may change what others define.
      if statement.names.isEmpty { add(statement, index, "", of: module, false) }
    }
  }

  func digest(withTexts: Bool) -> String {
    let text =
      imports.sorted().joined(separator: "\n") + "\u{3}"
      + tokens.map { $0.canonical(withTexts: withTexts) }.joined(separator: "\u{4}")
    return String(Digest.sha256(of: text).prefix(16))
  }
}

extension PythonModule {
  /// Whether a statement reaches into the module in a way that other statements do not show.
  func changesItself(at index: Int) -> Bool {
    let names = PythonToken.names(in: statements[index].tokens)
    return names.contains {
      ["globals", "exec", "eval", "setattr", "vars", "locals", "__builtins__"].contains($0)
    }
  }
}

extension PythonModule.Statement {
  /// Where an import takes a name from: `("functools", "partial")`; of `import re` the module by itself.
  func origin(of name: String) -> PythonOrigin? {
    PythonModule.imports(of: tokens).first { $0.name == name }.map {
      PythonOrigin(module: $0.module, name: $0.original)
    }
  }
}

/// Where an import takes a name from.
struct PythonOrigin: Equatable {
  var module: String
  /// Empty where the module is imported by itself.
  var name: String

  /// The module that the name is, where `module` is a folder of modules.
  var submodule: String { module.hasSuffix(".") ? module + name : "\(module).\(name)" }
}
