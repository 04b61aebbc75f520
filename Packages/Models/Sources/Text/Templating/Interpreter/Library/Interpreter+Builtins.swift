extension Interpreter {
  func callBuiltin(_ function: Builtin, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
    switch function {
    case .range: return try range(arguments)
    case .dict: return .dictionary(try dictionary(arguments, of: "function 'dict'"))
    case .namespace:
      namespaces.append(try dictionary(arguments, of: "function 'namespace'"))
      return .object(.namespace(namespaces.count - 1))
    case .raiseException:
      let bound = try arguments.bound(to: ["message"], required: 1, of: "function 'raise_exception'")
      throw TemplateError(.raised, .raised(try text(of: bound["message"] ?? .null)))
    case .strftimeNow:
      let bound = try arguments.bound(to: ["format"], required: 1, of: "function 'strftime_now'")
      let format = try bound.string("format") ?? ""
      return .string(PythonTime.text(format, environment.now(), in: environment.timeZone))
    }
  }

  private func range(_ arguments: Arguments) throws(TemplateError) -> TemplateValue {
    guard arguments.named.isEmpty, (1...3).contains(arguments.positional.count) else {
      throw .operation(.needs("function 'range'", expected: "one to three integers"))
    }
    var bounds: [Int] = []
    for value in arguments.positional {
      try requireDefined(value)
      guard case .integer(let bound)? = value.number else {
        throw .needs("function 'range'", "integers", found: value)
      }
      bounds.append(bound)
    }
    let start = bounds.count == 1 ? 0 : bounds[0]
    let stop = bounds.count == 1 ? bounds[0] : bounds[1]
    let step = bounds.count == 3 ? bounds[2] : 1
    guard step != 0 else { throw .operation(.zero(.step(of: "a range"))) }
    let span = Double(stop) - Double(start)
    guard span / Double(step) <= 100_000 else { throw .limit(100_000, .range) }
    let elements = stride(from: start, to: stop, by: step).map(TemplateValue.integer)
    return .iterable(.range(start: start, stop: stop, step: step), elements)
  }

  /// `dict(other, key=value)`, where the other may be a dictionary or pairs.
  private func dictionary(_ arguments: Arguments, of function: String) throws(TemplateError)
    -> TemplateDictionary
  {
    guard arguments.positional.count <= 1 else {
      throw .operation(.tooMany(of: function, most: 1, found: arguments.positional.count))
    }
    var result = TemplateDictionary()
    switch arguments.positional.first {
    case nil: break
    case .dictionary(let dictionary)?: result = dictionary
    case let value?:
      for pair in try elements(of: value) {
        let parts = try elements(of: pair)
        guard parts.count == 2, parts[0].isHashable else {
          throw .needs(function, "pairs of a key and a value", found: pair)
        }
        result[parts[0]] = parts[1]
      }
    }
    for (name, value) in arguments.named { result[name] = value }
    return result
  }
}
