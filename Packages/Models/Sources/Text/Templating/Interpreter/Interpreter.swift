/// One rendering of a template: its variables, its objects, and what it has used up.
final class Interpreter {
  let environment: TemplateEnvironment
  let definitions: Definitions
  private let variables: TemplateDictionary
  /// Variables that are `None` where there is no value for them.
  private let nullNames: Set<String>
  /// What the rendering has used up, see ``charge(_:)``.
  var steps = 0
  var depth = 0
  /// What is left of the time for regular expressions.
  var matchingTime = MatchLimit.standard
  /// The attributes of namespaces, and macros with the scopes they were defined in; values refer to them by
  /// number.
  var namespaces: [TemplateDictionary] = []
  var macros: [(macro: Macro, scope: Scope)] = []
  /// Loops that are running.
  var loops: [Int: LoopState] = [:]
  var startedLoops = 0

  init(
    _ environment: TemplateEnvironment, _ definitions: Definitions, variables: TemplateDictionary,
    nullNames: Set<String> = []
  ) {
    self.environment = environment
    self.definitions = definitions
    self.variables = variables
    self.nullNames = nullNames
  }

  func render(_ statements: [Statement]) throws(TemplateError) -> String {
    var output = ""
    _ = try execute(statements, in: Scope(), into: &output)
    return output
  }

  // MARK: Names

  func value(of name: String, in scope: Scope) -> TemplateValue {
    var scope: Scope? = scope
    while let current = scope {
      if let value = current.variables[name] { return value }
      scope = current.parent
    }
    if let value = variables[name] { return value }
    if nullNames.contains(name) { return .null }
    if let function = Builtin(rawValue: name), function.isAvailable(in: environment) {
      return .object(.function(function))
    }
    return .undefined(.name(name))
  }

  func assign(_ value: TemplateValue, to target: Target, in scope: Scope) throws(TemplateError) {
    switch target {
    case .name(let name): scope.variables[name] = value
    case .attribute(let name, let attribute, let line):
      guard case .object(let object) = self.value(of: name, in: scope),
        case .namespace(let index) = object.reference
      else {
        throw TemplateError(.operation, .unfit("'\(name)'", for: .attributes), line: line)
      }
      namespaces[index][attribute] = value
    case .tuple(let targets, let line):
      let elements: [TemplateValue]
      do throws(TemplateError) { elements = try self.elements(of: value) } catch {
        throw error.located(at: line)
      }
      guard elements.count == targets.count else {
        throw TemplateError(
          .operation, .expected("\(targets.count) values to unpack", found: "\(elements.count)"), line: line)
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
  var lastSeen: TemplateValue?
}
