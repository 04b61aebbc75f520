extension Library {
  static let tests: [String: Test] = typeTests.merging(valueTests) { first, _ in first }
    .merging(comparisonTests) { first, _ in first }

  private static let comparisonTests: [String: Test] = Dictionary(
    uniqueKeysWithValues: comparisons.flatMap { names, comparison in
      names.map { ($0, comparisonTest($0, comparison)) }
    })

  private static func comparisonTest(_ name: String, _ comparison: ComparisonOperator) -> Test {
    { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["other"], required: 1, of: "test '\(name)'")
      return try interpreter.holds(comparison, value, bound["other"] ?? .null)
    }
  }

  private static let comparisons: [([String], ComparisonOperator)] = [
    (["eq", "equalto", "=="], .equal), (["ne", "!="], .unequal),
    (["lt", "lessthan", "<"], .less), (["le", "<="], .lessOrEqual),
    (["gt", "greaterthan", ">"], .greater), (["ge", ">="], .greaterOrEqual),
    (["in"], .contained),
  ]

  private static func plain(_ test: @escaping @Sendable (TemplateValue) -> Bool) -> Test {
    { _, value, arguments throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "this test")
      return test(value)
    }
  }

  private static let typeTests: [String: Test] = [
    "defined": plain { $0.ifDefined != nil },
    "undefined": plain { $0.ifDefined == nil },
    "none": plain { if case .null = $0 { true } else { false } },
    "boolean": plain { if case .boolean = $0 { true } else { false } },
    "true": plain { if case .boolean(true) = $0 { true } else { false } },
    "false": plain { if case .boolean(false) = $0 { true } else { false } },
    "integer": plain { if case .integer = $0 { true } else { false } },
    "float": plain { if case .float = $0 { true } else { false } },
    "number": plain { $0.number != nil },
    "string": plain { if case .string = $0 { true } else { false } },
    "mapping": plain { if case .dictionary = $0 { true } else { false } },
    "callable": plain { value in
      guard case .object(let object) = value else { return false }
      switch object.reference {
      case .macro, .function, .method: return true
      case .namespace, .loop: return false
      }
    },
    "iterable": { interpreter, value, _ throws(TemplateError) in
      try interpreter.checkDefined(value)
      return value.elements != nil
    },
    "sequence": { interpreter, value, _ throws(TemplateError) in
      switch value {
      case .undefined: !interpreter.environment.isStrict
      case .string, .list, .tuple, .dictionary, .iterable(.range, _): true
      default: false
      }
    },
    "escaped": plain { _ in false },
  ]

  private static let valueTests: [String: Test] = [
    "odd": { interpreter, value, _ throws(TemplateError) in
      try remainder(interpreter, value, by: 2) == .integer(1)
    },
    "even": { interpreter, value, _ throws(TemplateError) in
      try remainder(interpreter, value, by: 2) == .integer(0)
    },
    "divisibleby": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["num"], required: 1, of: "test 'divisibleby'")
      return try remainder(interpreter, value, by: bound["num"] ?? .null) == .integer(0)
    },
    "lower": { interpreter, value, _ throws(TemplateError) in
      PythonText.isLower(try interpreter.text(of: value))
    },
    "upper": { interpreter, value, _ throws(TemplateError) in
      PythonText.isUpper(try interpreter.text(of: value))
    },
    "sameas": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["other"], required: 1, of: "test 'sameas'")
      let other = bound["other"] ?? .null
      guard value.typeName == other.typeName else { return false }
      try interpreter.chargeComparing(value, other)
      return value == other
    },
    "filter": { interpreter, value, _ throws(TemplateError) in
      Library.filters[try interpreter.plainText(of: value)] != nil
    },
    "test": { interpreter, value, _ throws(TemplateError) in
      Library.tests[try interpreter.plainText(of: value)] != nil
    },
  ]

  private static func remainder(
    _ interpreter: Interpreter, _ value: TemplateValue, by divisor: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    try interpreter.requireDefined(value)
    try interpreter.requireDefined(divisor)
    guard value.number != nil, divisor.number != nil else {
      throw .needs("this test", "numbers", found: value.number == nil ? value : divisor)
    }
    return try Arithmetic.compute(.remainder, value, divisor)
  }
}
