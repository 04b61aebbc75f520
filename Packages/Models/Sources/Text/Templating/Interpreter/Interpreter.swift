/// One rendering of a template: its variables, its objects, and what it has used up.
final class Interpreter {
  let environment: TemplateEnvironment
  private let variables: TemplateDictionary
  private var steps = 0
  private var depth = 0
  /// The attributes of namespaces, and macros with the scopes they were defined in; values refer to them by
  /// number.
  var namespaces: [TemplateDictionary] = []
  var macros: [(macro: Macro, scope: Scope)] = []
  /// Loops that are running.
  var loops: [Int: LoopState] = [:]
  var startedLoops = 0

  init(_ environment: TemplateEnvironment, variables: TemplateDictionary) {
    self.environment = environment
    self.variables = variables
  }

  func render(_ statements: [Statement]) throws(TemplateError) -> String {
    var output = ""
    _ = try execute(statements, in: Scope(), into: &output)
    return output
  }

  // MARK: Limits

  func charge(_ count: Int = 1) throws(TemplateError) {
    steps += max(count, 0)
    guard steps <= environment.limits.steps else {
      throw TemplateError(.limit, "more than \(environment.limits.steps) steps")
    }
  }

  /// - Parameter bytes: The size of a text that exists or is about to; `nil` where it overflows an integer.
  func checkSize(_ bytes: Int?) throws(TemplateError) {
    guard let bytes, bytes <= environment.limits.bytes else {
      throw TemplateError(.limit, "a text of more than \(environment.limits.bytes) bytes")
    }
  }

  func deeper<Result>(_ body: () throws(TemplateError) -> Result) throws(TemplateError) -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth <= environment.limits.depth else {
      throw TemplateError(.limit, "more than \(environment.limits.depth) evaluations inside each other")
    }
    return try body()
  }

  /// Bounds the height and the unfolded size of a value before it gets a name.
  ///
  /// Values share their parts: without this, `{% set x = [x, x] %}` in a loop would print as 2ⁿ elements.
  func checkShape(of value: TemplateValue, level: Int = 0) throws(TemplateError) {
    let parts: [TemplateValue]
    switch value {
    case .list(let elements), .tuple(let elements), .iterable(_, let elements): parts = elements
    case .dictionary(let dictionary): parts = dictionary.values
    default: return
    }
    guard level < environment.limits.nesting else {
      throw TemplateError(.limit, "more than \(environment.limits.nesting) lists inside each other")
    }
    try charge(parts.count)
    for part in parts { try checkShape(of: part, level: level + 1) }
  }

  // MARK: Names

  func value(of name: String, in scope: Scope) -> TemplateValue {
    var scope: Scope? = scope
    while let current = scope {
      if let value = current.variables[name] { return value }
      scope = current.parent
    }
    if let value = variables[name] { return value }
    if let function = Builtin(rawValue: name), function.isAvailable(in: environment) {
      return .object(.function(function))
    }
    return .undefined("'\(name)' is undefined")
  }

  func assign(_ value: TemplateValue, to target: Target, in scope: Scope) throws(TemplateError) {
    switch target {
    case .name(let name): scope.variables[name] = value
    case .attribute(let name, let attribute, let line):
      guard case .object(let object) = self.value(of: name, in: scope),
        case .namespace(let index) = object.reference
      else {
        throw TemplateError(.operation, "'\(name)' is not a namespace, so it takes no attributes", line: line)
      }
      namespaces[index][attribute] = value
    case .tuple(let targets, let line):
      let elements: [TemplateValue]
      do throws(TemplateError) { elements = try self.elements(of: value) } catch {
        throw error.located(at: line)
      }
      guard elements.count == targets.count else {
        let message = "expected \(targets.count) values to unpack, found \(elements.count)"
        throw TemplateError(.operation, message, line: line)
      }
      for (target, element) in zip(targets, elements) { try assign(element, to: target, in: scope) }
    }
  }
}

/// The variables of a body, and around it those of the body that contains it.
final class Scope {
  let parent: Scope?
  var variables: [String: TemplateValue] = [:]

  init(in parent: Scope? = nil) { self.parent = parent }
}

struct LoopState {
  var elements: [TemplateValue]
  var index = 0
  /// Counted from 1 for the outermost loop.
  var depth: Int
  /// What `loop.changed` saw last.
  var lastSeen: [TemplateValue]?
}
