extension Library {
  static let sequenceFilters: [String: Filter] = [
    "length": length,
    "count": length,
    "default": defaultValue,
    "d": defaultValue,
    "first": { interpreter, value, _ throws(TemplateError) in
      try interpreter.elements(of: value).first ?? .undefined(.part("first element", of: "an empty sequence"))
    },
    "last": { interpreter, value, _ throws(TemplateError) in
      if case .iterable(.generator, _) = value {
        throw .operation(.hasNo("last element", of: "a generator", remedy: "use 'list' first"))
      }
      return try interpreter.elements(of: value).last
        ?? .undefined(.part("last element", of: "an empty sequence"))
    },
    "list": { interpreter, value, _ throws(TemplateError) in .list(try interpreter.elements(of: value)) },
    "reverse": { interpreter, value, _ throws(TemplateError) in
      if case .string(let text) = value {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text.unicodeScalars.reversed())
        return .string(String(view))
      }
      return .iterable(.generator, try interpreter.elements(of: value).reversed())
    },
    "items": { interpreter, value, _ throws(TemplateError) in
      try interpreter.checkDefined(value)
      if case .undefined = value { return .iterable(.generator, []) }
      guard case .dictionary(let dictionary) = value else {
        throw .needs("filter 'items'", "a dictionary", found: value)
      }
      return .iterable(.generator, dictionary.items)
    },
    "join": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["d", "attribute"], of: "filter 'join'")
      let separator = try interpreter.text(of: bound["d"] ?? .string(""))
      var parts: [String] = []
      var bytes = 0
      for element in try interpreter.elements(of: value) {
        let part = try bound.some("attribute").map { attribute throws(TemplateError) in
          try interpreter.attribute(path: attribute, of: element)
        }
        parts.append(try interpreter.text(of: part ?? element))
        bytes += parts[parts.count - 1].utf8.count + separator.utf8.count
        try interpreter.checkSize(bytes - separator.utf8.count)
      }
      return .string(parts.joined(separator: separator))
    },
    "attr": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["name"], required: 1, of: "filter 'attr'")
      let name = try interpreter.text(of: bound["name"] ?? .null)
      if case .dictionary = value, !hasMethod(name, value) {
        return .undefined(.part("attribute '\(name)'", of: "a dictionary"))
      }
      return try interpreter.attribute(name, of: value)
    },
    "sort": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["reverse", "case_sensitive", "attribute"], of: "filter 'sort'")
      let elements = try interpreter.elements(of: value)
      let key = try SortKey(bound)
      let sorted = try interpreter.sorted(elements, descending: try bound.flag("reverse")) {
        element throws(TemplateError) in try key.value(of: element, interpreter)
      }
      return .list(sorted)
    },
    "dictsort": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["case_sensitive", "by", "reverse"], of: "filter 'dictsort'")
      try interpreter.requireDefined(value)
      guard case .dictionary(let dictionary) = value else {
        throw .needs("filter 'dictsort'", "a dictionary", found: value)
      }
      let by = try bound.string("by") ?? "key"
      guard ["key", "value"].contains(by) else {
        throw .operation(
          .needs("filter 'dictsort'", expected: "'key' or 'value'", parameter: "by", found: "'\(by)'"))
      }
      let isSensitive = try bound.flag("case_sensitive")
      let sorted = try interpreter.sorted(dictionary.items, descending: try bound.flag("reverse")) {
        entry throws(TemplateError) in
        let part = entry.element(at: by == "key" ? 0 : 1) ?? .null
        try interpreter.chargeReading(part)
        return isSensitive ? part : part.ignoringCase
      }
      return .list(sorted)
    },
    "unique": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["case_sensitive", "attribute"], of: "filter 'unique'")
      let key = try SortKey(bound, isSingle: true)
      var seen: Set<TemplateValue> = []
      var unique: [TemplateValue] = []
      for element in try interpreter.elements(of: value) {
        let value = try key.value(of: element, interpreter)
        guard value.isHashable else {
          throw .operation(.refused(by: "filter 'unique'", types: [value.typeName]))
        }
        try interpreter.chargeWhole(value)
        if seen.insert(value).inserted { unique.append(element) }
      }
      return .iterable(.generator, unique)
    },
    "min": extreme("min") { interpreter, candidate, best throws(TemplateError) in
      try interpreter.holds(.less, candidate, best)
    },
    "max": extreme("max") { interpreter, candidate, best throws(TemplateError) in
      try interpreter.holds(.less, best, candidate)
    },
    "map": { interpreter, value, arguments throws(TemplateError) in
      try map(interpreter, value, arguments)
    },
    "select": selection("select", keeps: true, byAttribute: false),
    "reject": selection("reject", keeps: false, byAttribute: false),
    "selectattr": selection("selectattr", keeps: true, byAttribute: true),
    "rejectattr": selection("rejectattr", keeps: false, byAttribute: true),
    "batch": { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["linecount", "fill_with"], required: 1, of: "filter 'batch'")
      let size = try bound.integer("linecount") ?? 0
      guard size > 0 else {
        throw .operation(
          .needs(
            "filter 'batch'", expected: "a positive number", parameter: "linecount", found: "\(size)"))
      }
      let elements = try interpreter.elements(of: value)
      var batches = stride(from: 0, to: elements.count, by: size).map { start in
        Array(elements[start..<min(elements.count, start + size)])
      }
      if let fill = try bound.some("fill_with"), let last = batches.last, last.count < size {
        try interpreter.charge(size - last.count)
        batches[batches.count - 1] += repeatElement(fill, count: size - last.count)
      }
      return .iterable(.generator, batches.map(TemplateValue.list))
    },
  ]

  private static let length: Filter = { interpreter, value, _ throws(TemplateError) in
    try interpreter.checkDefined(value)
    guard let length = value.length else { throw .operation(.hasNo("length", of: value.typeName)) }
    return .integer(length)
  }

  private static let defaultValue: Filter = { interpreter, value, arguments throws(TemplateError) in
    let bound = try arguments.bound(to: ["default_value", "boolean"], of: "filter 'default'")
    let replacement = bound["default_value"] ?? .string("")
    if case .undefined = value { return replacement }
    return try bound.flag("boolean") && !value.isTrue ? replacement : value
  }

  private static func extreme(
    _ name: String,
    _ isBetter:
      @escaping @Sendable (Interpreter, TemplateValue, TemplateValue) throws(TemplateError) -> Bool
  ) -> Filter {
    { interpreter, value, arguments throws(TemplateError) in
      let bound = try arguments.bound(to: ["case_sensitive", "attribute"], of: "filter '\(name)'")
      let key = try SortKey(bound, isSingle: true)
      var best: (element: TemplateValue, key: TemplateValue)?
      for element in try interpreter.elements(of: value) {
        let candidate = try key.value(of: element, interpreter)
        if let current = best, !(try isBetter(interpreter, candidate, current.key)) { continue }
        best = (element, candidate)
      }
      return best?.element ?? .undefined(.part("'\(name)'", of: "an empty sequence"))
    }
  }

  private static func map(
    _ interpreter: Interpreter, _ value: TemplateValue, _ arguments: Arguments
  ) throws(TemplateError) -> TemplateValue {
    let elements = try elementsIfTrue(of: value, interpreter)
    var mapped: [TemplateValue] = []
    if arguments.positional.isEmpty {
      let bound = try arguments.bound(to: ["attribute", "default"], required: 1, of: "filter 'map'")
      let attribute = bound["attribute"] ?? .null
      for element in elements {
        let found = try interpreter.attribute(path: attribute, of: element)
        let fallback = try bound.some("default")
        mapped.append(found.ifDefined ?? fallback ?? found)
      }
      return .iterable(.generator, mapped)
    }
    guard case .string(let name) = arguments.positional[0] else {
      throw .needs("filter 'map'", "the name of a filter", found: arguments.positional[0])
    }
    let rest = Arguments(positional: Array(arguments.positional.dropFirst()), named: arguments.named)
    for element in elements { mapped.append(try interpreter.filter(name, element, rest)) }
    return .iterable(.generator, mapped)
  }

  /// `map`, `select` and their kin look whether there is something before they visit it, so that `none` is empty to them.
  private static func elementsIfTrue(
    of value: TemplateValue, _ interpreter: Interpreter
  ) throws(TemplateError) -> [TemplateValue] {
    try interpreter.isTrue(value) ? try interpreter.elements(of: value) : []
  }

  private static func selection(_ filter: String, keeps: Bool, byAttribute: Bool) -> Filter {
    { interpreter, value, arguments throws(TemplateError) in
      let elements = try elementsIfTrue(of: value, interpreter)
      guard !elements.isEmpty else { return .iterable(.generator, []) }
      var rest = arguments
      guard !byAttribute || !rest.positional.isEmpty else {
        throw .operation(.needs("filter '\(filter)'", expected: "the name of an attribute"))
      }
      let attribute = byAttribute ? rest.positional.removeFirst() : nil
      let test = rest.positional.isEmpty ? nil : rest.positional.removeFirst()
      var chosen: [TemplateValue] = []
      for element in elements {
        var operand = element
        if let attribute { operand = try interpreter.attribute(path: attribute, of: element) }
        let holds =
          if let test { try interpreter.test(try interpreter.plainText(of: test), operand, rest) } else {
            try interpreter.isTrue(operand)
          }
        if holds == keeps { chosen.append(element) }
      }
      return .iterable(.generator, chosen)
    }
  }
}

/// What `sort` and its kin compare: the element or some of its attributes, texts in lower case unless asked
/// otherwise.
private struct SortKey {
  private let attributes: [TemplateValue]
  private let isCaseSensitive: Bool

  /// - Parameter isSingle: A comma in the attribute has no meaning.
  init(_ bound: BoundArguments, isSingle: Bool = false) throws(TemplateError) {
    isCaseSensitive = try bound.flag("case_sensitive")
    switch try bound.some("attribute") {
    case nil: attributes = []
    case .string(let text)? where !isSingle:
      attributes = PythonText.split(text, by: ",", limit: -1).map(TemplateValue.string)
    case let attribute?: attributes = [attribute]
    }
  }

  func value(of element: TemplateValue, _ interpreter: Interpreter) throws(TemplateError) -> TemplateValue {
    var keys: [TemplateValue] = []
    for attribute in attributes { keys.append(try interpreter.attribute(path: attribute, of: element)) }
    if attributes.isEmpty { keys = [element] }
    for key in keys { try interpreter.chargeReading(key) }
    if !isCaseSensitive { keys = keys.map(\.ignoringCase) }
    return keys.count == 1 ? keys[0] : .list(keys)
  }
}

extension TemplateValue {
  fileprivate var ignoringCase: TemplateValue {
    if case .string(let text) = self { .string(PythonText.lower(text)) } else { self }
  }
}

extension Interpreter {
  /// An attribute given as a filter's argument: a number, or names and numbers with dots between them.
  func attribute(path: TemplateValue, of value: TemplateValue) throws(TemplateError) -> TemplateValue {
    guard case .string(let text) = path else { return try item(path, of: value) }
    try chargeReading(path)
    var result = value
    for part in PythonText.split(text, by: ".", limit: -1) {
      let isNumber = !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) }
      result = try item(isNumber ? .integer(Int(part) ?? .max) : .string(part), of: result)
    }
    return result
  }
}
