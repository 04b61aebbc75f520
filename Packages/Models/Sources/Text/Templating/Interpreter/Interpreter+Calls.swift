import Basics

extension Interpreter {
  func evaluate(_ arguments: CallArguments, in scope: Scope) throws(TemplateError) -> Arguments {
    var result = Arguments()
    for expression in arguments.positional { result.positional.append(try evaluate(expression, in: scope)) }
    for (name, expression) in arguments.named {
      result.named.append((name, try evaluate(expression, in: scope)))
    }
    if let list = arguments.unpackedList {
      result.positional += try elements(of: try evaluate(list, in: scope))
    }
    if let expression = arguments.unpackedDictionary {
      let value = try evaluate(expression, in: scope)
      guard case .dictionary(let dictionary) = value else {
        throw .needs("'**'", "a dictionary", found: value)
      }
      for (key, value) in zip(dictionary.keys, dictionary.values) {
        guard case .string(let name) = key else { throw .needs("'**'", "strings as keys", found: key) }
        result.named.append((name, value))
      }
    }
    return result
  }

  /// - Parameter caller: The body of a call block, as a macro.
  func evaluateCall(
    _ expression: Expression, caller: TemplateValue?, in scope: Scope
  ) throws(TemplateError) -> TemplateValue {
    guard case .call(let callee, let arguments, let line) = expression else { return .null }
    do throws(TemplateError) {
      if case .attribute(let receiver, let name, _) = callee {
        let value = try evaluate(receiver, in: scope)
        if definitions.hasMethod(name, value) {
          return try callMethod(name, of: value, try evaluate(arguments, in: scope))
        }
        let function = try attribute(name, of: value) { callee.path }
        return try call(function, try evaluate(arguments, in: scope), caller: caller, name: callee.path)
      }
      let function = try evaluate(callee, in: scope)
      return try call(function, try evaluate(arguments, in: scope), caller: caller, name: callee.path)
    } catch { throw error.located(at: line) }
  }

  func call(
    _ function: TemplateValue, _ arguments: Arguments, caller: TemplateValue? = nil, name: String? = nil
  ) throws(TemplateError) -> TemplateValue {
    try requireDefined(function)
    guard case .object(let object) = function else {
      throw .operation(.unfit(function.typeName, for: .call(name: name)))
    }
    switch object.reference {
    case .macro(let index): return try callMacro(index, arguments, caller: caller)
    case .function(let function):
      return try metered(.null, arguments) { () throws(TemplateError) in
        try definitions.callFunction(function, arguments, self)
      }
    case .method(let receiver, let name): return try callMethod(name, of: receiver, arguments)
    default: throw .operation(.unfit(function.typeName, for: .call(name: name)))
    }
  }

  private func callMethod(
    _ name: String, of value: TemplateValue, _ arguments: Arguments
  ) throws(TemplateError) -> TemplateValue {
    if case .object(let object) = value, case .loop(let number) = object.reference {
      return try callLoop(number, name, arguments)
    }
    return try metered(value, arguments) { () throws(TemplateError) in
      try definitions.callMethod(name, value, arguments, self)
    }
  }

  private func callLoop(
    _ number: Int, _ name: String, _ arguments: Arguments
  ) throws(TemplateError) -> TemplateValue {
    guard let state = loops[number] else { throw .operation(.loopHasEnded) }
    if name == "cycle" {
      guard !arguments.positional.isEmpty else {
        throw .operation(.needs("'loop.cycle'", expected: "values"))
      }
      return arguments.positional[state.index % arguments.positional.count]
    }
    let values = TemplateValue.list(arguments.positional)
    let hasChanged =
      try state.lastSeen.map { last throws(TemplateError) in !(try areEqual(last, values)) } ?? true
    loops[number]?.lastSeen = values
    return .boolean(hasChanged)
  }

  // MARK: Filters

  /// A filter expression's value; `operand` stands in for the missing operand of the innermost filter.
  func apply(
    _ expression: Expression, to operand: TemplateValue?, in scope: Scope
  ) throws(TemplateError) -> TemplateValue {
    guard case .filter(let inner, let name, let arguments, let line) = expression else {
      return operand ?? .null
    }
    do throws(TemplateError) {
      var value = operand ?? .null
      if let inner {
        if operand != nil, case .filter = inner {
          value = try apply(inner, to: operand, in: scope)
        } else {
          value = try evaluate(inner, in: scope)
        }
      }
      return try filter(name, value, try evaluate(arguments, in: scope))
    } catch { throw error.located(at: line) }
  }

  /// The filter of this name on a value.
  func filter(
    _ name: String, _ value: TemplateValue, _ arguments: Arguments
  ) throws(TemplateError) -> TemplateValue {
    guard let filter = definitions.filters[name] else {
      throw .unknown(.filter, name, among: definitions.filters.keys.sorted())
    }
    return try metered(value, arguments) { () throws(TemplateError) in try filter(self, value, arguments) }
  }

  // MARK: Macros

  private func callMacro(
    _ index: Int, _ arguments: Arguments, caller: TemplateValue?
  ) throws(TemplateError) -> TemplateValue {
    let (macro, definition) = macros[index]
    let scope = Scope(in: definition)
    try bind(arguments, of: macro, caller: caller, in: scope)
    return .string(try renderBody(macro.body, in: scope))
  }

  private func bind(
    _ arguments: Arguments, of macro: Macro, caller: TemplateValue?, in scope: Scope
  ) throws(TemplateError) {
    var named = TemplateDictionary()
    for (name, value) in arguments.named { named[name] = value }
    if let caller { named["caller"] = caller }
    let names = Set(macro.parameters.map(\.name))
    var more = TemplateDictionary()
    for (key, value) in zip(named.keys, named.values) where !names.contains(key.text) {
      if key == "caller", macro.takesCaller { continue }
      guard macro.takesMoreNamed else {
        let nearest = nearestName(to: key.text, among: macro.parameters.map(\.name))
        throw .operation(.parameter(of: "macro '\(macro.name)'", key.text, nearest: nearest))
      }
      more[key.text] = value
    }
    for (position, parameter) in macro.parameters.enumerated() {
      let given = position < arguments.positional.count ? arguments.positional[position] : nil
      guard given == nil || named[parameter.name] == nil else {
        throw .operation(.twoValues(of: "macro '\(macro.name)'", parameter: parameter.name))
      }
      var value = given ?? named[parameter.name]
      if value == nil, let expression = parameter.value { value = try evaluate(expression, in: scope) }
      let bound = value ?? .undefined(.argument(parameter.name, macro: macro.name))
      try checkShape(of: bound)
      scope.variables[parameter.name] = bound
    }
    let extra = arguments.positional.dropFirst(macro.parameters.count)
    guard extra.isEmpty || macro.takesMorePositional else {
      throw .operation(
        .tooMany(
          of: "macro '\(macro.name)'", most: macro.parameters.count, found: arguments.positional.count))
    }
    if macro.takesCaller {
      scope.variables["caller"] =
        named["caller"] ?? .undefined(.caller(macro: macro.name))
    }
    if macro.takesMorePositional { scope.variables["varargs"] = .tuple(Array(extra)) }
    if macro.takesMoreNamed { scope.variables["kwargs"] = .dictionary(more) }
  }
}
