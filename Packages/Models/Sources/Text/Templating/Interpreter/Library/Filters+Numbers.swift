internal import Foundation

extension Library {
  static let numberFilters: [String: Filter] = [
    "int": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["default", "base"], of: "filter 'int'")
      try interpreter.requireDefined(value)
      let fallback = bound["default"] ?? .integer(0)
      return integer(value, base: try bound.integer("base") ?? 10).map(TemplateValue.integer) ?? fallback
    },
    "float": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["default"], of: "filter 'float'")
      try interpreter.requireDefined(value)
      let fallback = bound["default"] ?? .float(0)
      if case .string(let text) = value {
        return PythonFloat.parsed(text).map(TemplateValue.float) ?? fallback
      }
      return value.number.map { .float($0.double) } ?? fallback
    },
    "abs": { interpreter, value, arguments throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "filter 'abs'")
      try interpreter.requireDefined(value)
      switch value.number {
      case .integer(let number): return number < 0 ? try Arithmetic.negated(value) : .integer(number)
      case .float(let number): return .float(number.magnitude)
      case nil: throw .needs("filter 'abs'", "a number", found: value)
      }
    },
    "round": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["precision", "method"], of: "filter 'round'")
      try interpreter.requireDefined(value)
      guard let number = value.number else {
        throw .needs("filter 'round'", "a number", found: value)
      }
      return try rounded(
        number, decimals: try bound.integer("precision") ?? 0, try bound.string("method") ?? "common")
    },
    "sum": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["attribute", "start"], of: "filter 'sum'")
      let attribute = try bound.some("attribute")
      var total = bound["start"] ?? .integer(0)
      for element in try interpreter.elements(of: value) {
        let part = try attribute.map { path throws(TemplateError) in
          try interpreter.attribute(path: path, of: element)
        }
        try interpreter.requireDefined(part ?? element)
        if case .elements(let count) = try Arithmetic.size(.add, total, part ?? element) {
          try interpreter.charge(count ?? 0)
        }
        guard element.isAddable, total.isAddable else {
          throw .operation(
            .refused(by: "filter 'sum'", types: [(total.isAddable ? element : total).typeName]))
        }
        total = try Arithmetic.compute(.add, total, part ?? element)
      }
      return total
    },
  ]

  /// Jinja's `int`: Python's, and for other texts the whole part of the float they hold.
  private static func integer(_ value: TemplateValue, base: Int) -> Int? {
    switch value {
    case .string(let text):
      return PythonText.integer(text, base: base)
        ?? PythonFloat.parsed(text).flatMap { Int(exactly: $0.rounded(.towardZero)) }
    default:
      switch value.number {
      case .integer(let number): return number
      case .float(let number): return Int(exactly: number.rounded(.towardZero))
      case nil: return nil
      }
    }
  }

  private static func rounded(
    _ number: Number, decimals: Int, _ method: String
  ) throws(TemplateError) -> TemplateValue {
    let scale = pow(10, Double(decimals))
    switch (method, number) {
    case ("common", .integer(let value)):
      guard decimals < 0 else { return .integer(value) }
      return .integer(Int(exactly: PythonFloat.rounded(Double(value), decimals: decimals)) ?? value)
    case ("common", .float(let value)): return .float(PythonFloat.rounded(value, decimals: decimals))
    case ("ceil", let value): return .float((value.double * scale).rounded(.up) / scale)
    case ("floor", let value): return .float((value.double * scale).rounded(.down) / scale)
    default:
      throw .operation(
        .needs(
          "filter 'round'", expected: "'common', 'ceil' or 'floor'", parameter: "method", found: "'\(method)'"
        ))
    }
  }
}

extension TemplateValue {
  /// Whether Python's `sum` would take it.
  fileprivate var isAddable: Bool {
    if case .string = self { false } else { true }
  }
}
