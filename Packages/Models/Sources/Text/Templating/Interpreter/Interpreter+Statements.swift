extension Interpreter {
  /// How a body ended.
  enum Flow {
    case normal, breaks, continues
  }

  func execute(
    _ statements: [Statement], in scope: Scope, into output: inout String
  ) throws(TemplateError) -> Flow {
    for statement in statements {
      try charge()
      let flow = try execute(statement, in: scope, into: &output)
      try checkSize(output.utf8.count)
      if flow != .normal { return flow }
    }
    return .normal
  }

  private func execute(
    _ statement: Statement, in scope: Scope, into output: inout String
  ) throws(TemplateError) -> Flow {
    switch statement {
    case .text(let text):
      try charge(bytes: text.utf8.count)
      output += text
    case .output(let expression, let line):
      do throws(TemplateError) {
        output += try text(of: try evaluate(expression, in: scope))
      } catch { throw error.located(at: line) }
    case .condition(let branches, let otherwise, let line):
      let body = try chosenBody(of: branches, otherwise: otherwise, line: line, in: scope)
      return try executeDeeper(body, in: scope, into: &output)
    case .loop(let loop, let line):
      do throws(TemplateError) {
        try run(loop, in: scope, into: &output)
      } catch { throw error.located(at: line) }
    case .assignment, .blockAssignment, .macro: try define(statement, in: scope)
    case .call(let call, let caller, let line):
      do throws(TemplateError) {
        let caller = define(caller, in: scope)
        output += try text(of: try evaluateCall(call, caller: caller, in: scope))
      } catch { throw error.located(at: line) }
    case .filter(let filter, let body, let line):
      do throws(TemplateError) {
        let text = try renderBody(body, in: Scope(in: scope))
        output += try self.text(of: try apply(filter, to: .string(text), in: scope))
      } catch { throw error.located(at: line) }
    case .with(let assignments, let body, let line):
      try runWith(assignments, body, line: line, in: scope, into: &output)
    case .scope(let body): _ = try executeDeeper(body, in: Scope(in: scope), into: &output)
    case .breakLoop: return .breaks
    case .continueLoop: return .continues
    }
    return .normal
  }

  private func executeDeeper(
    _ statements: [Statement], in scope: Scope, into output: inout String
  ) throws(TemplateError) -> Flow {
    var text = output
    output = ""  // no copy of the text while it grows
    defer { output = text }
    return try deeper { () throws(TemplateError) in try execute(statements, in: scope, into: &text) }
  }

  func renderBody(_ statements: [Statement], in scope: Scope) throws(TemplateError) -> String {
    var text = ""
    _ = try executeDeeper(statements, in: scope, into: &text)
    return text
  }

  private func chosenBody(
    of branches: [(test: Expression, body: [Statement])], otherwise: [Statement], line: Int, in scope: Scope
  ) throws(TemplateError) -> [Statement] {
    for branch in branches {
      do throws(TemplateError) {
        if try isTrue(try evaluate(branch.test, in: scope)) { return branch.body }
      } catch { throw error.located(at: max(branch.test.line, line)) }
    }
    return otherwise
  }

  private func runWith(
    _ assignments: [(target: Target, value: Expression)], _ body: [Statement], line: Int, in scope: Scope,
    into output: inout String
  ) throws(TemplateError) {
    let inner = Scope(in: scope)
    do throws(TemplateError) {
      for (target, expression) in assignments {
        let value = try evaluate(expression, in: scope)
        try checkShape(of: value)
        try assign(value, to: target, in: inner)
      }
    } catch { throw error.located(at: line) }
    _ = try executeDeeper(body, in: inner, into: &output)
  }

  // MARK: Definitions

  private func define(_ statement: Statement, in scope: Scope) throws(TemplateError) {
    switch statement {
    case .assignment(let target, let expression, let line):
      do throws(TemplateError) {
        let value = try evaluate(expression, in: scope)
        try checkShape(of: value)
        try assign(value, to: target, in: scope)
      } catch { throw error.located(at: line) }
    case .blockAssignment(let target, let filter, let body, let line):
      do throws(TemplateError) {
        var value = TemplateValue.string(try renderBody(body, in: Scope(in: scope)))
        if let filter { value = try apply(filter, to: value, in: scope) }
        try assign(value, to: target, in: scope)
      } catch { throw error.located(at: line) }
    case .macro(let macro, _): scope.variables[macro.name] = define(macro, in: scope)
    default: break
    }
  }

  private func define(_ macro: Macro, in scope: Scope) -> TemplateValue {
    macros.append((macro, scope))
    return .object(.macro(macros.count - 1))
  }

  // MARK: Loops

  private func run(_ loop: Loop, in scope: Scope, into output: inout String) throws(TemplateError) {
    let elements = try chosenElements(of: loop, in: scope)
    guard !elements.isEmpty else {
      _ = try executeDeeper(loop.otherwise, in: Scope(in: scope), into: &output)
      return
    }
    startedLoops += 1
    let number = startedLoops
    loops[number] = LoopState(elements: elements, depth: loops.count + 1)
    defer { loops[number] = nil }
    let around = Scope(in: scope)
    around.variables["loop"] = .object(.loop(number))
    for (index, element) in elements.enumerated() {
      loops[number]?.index = index
      let inner = Scope(in: around)
      try assign(element, to: loop.target, in: inner)
      if try executeDeeper(loop.body, in: inner, into: &output) == .breaks { break }
    }
  }

  private func chosenElements(of loop: Loop, in scope: Scope) throws(TemplateError) -> [TemplateValue] {
    let elements = try self.elements(of: try evaluate(loop.elements, in: scope))
    guard let condition = loop.condition else { return elements }
    var chosen: [TemplateValue] = []
    for element in elements {
      let inner = Scope(in: scope)
      try assign(element, to: loop.target, in: inner)
      if try isTrue(try evaluate(condition, in: inner)) { chosen.append(element) }
    }
    return chosen
  }
}
