import Basics

/// What a call brings: values by position, then values by name.
struct Arguments {
  var positional: [TemplateValue] = []
  var named: [(name: String, value: TemplateValue)] = []

  /// Gives each value its parameter.
  ///
  /// - Parameters:
  ///   - parameters: All names in order.
  ///   - required: How many of them, from the first, must have a value.
  ///   - function: What is called, for sentences: `filter 'join'`.
  func bound(
    to parameters: [String], required: Int = 0, of function: String
  ) throws(TemplateError) -> BoundArguments {
    guard positional.count <= parameters.count else {
      throw .operation(.tooMany(of: function, most: parameters.count, found: positional.count))
    }
    var values: [String: TemplateValue] = [:]
    for (name, value) in zip(parameters, positional) { values[name] = value }
    for (name, value) in named {
      guard parameters.contains(name) else {
        let nearest = nearestName(to: name, among: parameters)
        throw .operation(.parameter(of: function, name, nearest: nearest))
      }
      guard values[name] == nil else { throw .operation(.twoValues(of: function, parameter: name)) }
      values[name] = value
    }
    for name in parameters.prefix(required) where values[name] == nil {
      throw .operation(.needs(function, expected: "a value", parameter: name))
    }
    return BoundArguments(values: values, function: function)
  }
}

struct BoundArguments {
  fileprivate let values: [String: TemplateValue]
  let function: String

  subscript(name: String) -> TemplateValue? { values[name] }

  /// The value of a parameter that is given and is not none.
  func some(_ name: String) throws(TemplateError) -> TemplateValue? {
    guard let value = values[name] else { return nil }
    if case .undefined(let absence) = value { throw .undefined(absence) }
    if case .null = value { return nil }
    return value
  }

  func integer(_ name: String) throws(TemplateError) -> Int? {
    guard let value = try some(name) else { return nil }
    guard case .integer(let number)? = value.number else { throw mismatch(name, "an integer", value) }
    return number
  }

  func string(_ name: String) throws(TemplateError) -> String? {
    guard let value = try some(name) else { return nil }
    guard case .string(let text) = value else { throw mismatch(name, "a string", value) }
    return text
  }

  func flag(_ name: String) throws(TemplateError) -> Bool {
    try some(name)?.isTrue ?? false
  }

  func mismatch(_ name: String, _ expected: String, _ found: TemplateValue) -> TemplateError {
    .needs(function, expected, for: name, found: found)
  }
}
