/// Python's protocols, with the strictness of the environment about values that do not exist.
extension Interpreter {
  /// - Throws: In a strict environment, for an undefined value; Jinja prints an `if` without `else` as nothing even there.
  func checkDefined(_ value: TemplateValue) throws(TemplateError) {
    guard environment.isStrict, case .undefined(let absence) = value, absence != .noElse else { return }
    throw .undefined(absence)
  }

  /// - Throws: For an undefined value, also in a lenient environment.
  func requireDefined(_ value: TemplateValue) throws(TemplateError) {
    if case .undefined(let absence) = value { throw .undefined(absence) }
  }

  func isTrue(_ value: TemplateValue) throws(TemplateError) -> Bool {
    try checkDefined(value)
    return value.isTrue
  }

  func text(of value: TemplateValue) throws(TemplateError) -> String {
    try checkDefined(value)
    return try plainText(of: value)
  }

  /// `str`, also of an undefined value.
  func plainText(of value: TemplateValue) throws(TemplateError) -> String {
    try chargeWhole(value)
    return value.text
  }

  func representation(of value: TemplateValue) throws(TemplateError) -> String {
    try chargeWhole(value)
    return value.representation
  }

  func elements(of value: TemplateValue) throws(TemplateError) -> [TemplateValue] {
    try checkDefined(value)
    // Before they are made: a text's elements are texts of their own.
    if case .string = value { try chargeReading(value) }
    try charge(value.elementCount)
    guard let elements = value.elements else {
      throw .operation(.unfit(value.typeName, for: .visiting))
    }
    return elements
  }

  func areEqual(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateError) -> Bool {
    try checkDefined(left)
    try checkDefined(right)
    try chargeComparing(left, right)
    return left == right
  }

  func contains(_ container: TemplateValue, _ element: TemplateValue) throws(TemplateError) -> Bool {
    switch container {
    case .string(let text):
      guard case .string(let needle) = element else {
        try requireDefined(element)
        throw .needs("'in' a string", "a string", found: element)
      }
      try charge(bytes: text.utf8.count)
      return PythonText.contains(text, needle)
    case .dictionary(let dictionary):
      guard element.isHashable else { throw .operation(.unfit(element.typeName, for: .key)) }
      try chargeWhole(element)
      return dictionary[element] != nil
    default:
      for candidate in try elements(of: container) where try areEqual(candidate, element) { return true }
      return false
    }
  }

  /// A stable sort that pays for its comparisons.
  func sorted(
    _ elements: [TemplateValue], descending: Bool,
    by key: (TemplateValue) throws(TemplateError) -> TemplateValue
  ) throws(TemplateError) -> [TemplateValue] {
    try TemplateValue.sorted(elements, descending: descending, by: key) {
      first, second throws(TemplateError) in
      try charge()
      return try holds(.less, first, second)
    }
  }

  // MARK: Attributes and elements

  /// `value.name`: a method where the type has one, else an entry. A missing one is undefined, described by
  /// `path`.
  func attribute(
    _ name: String, of value: TemplateValue, path: () -> String? = { nil }
  ) throws(TemplateError) -> TemplateValue {
    try requireDefined(value)
    switch value {
    case .object(let object):
      if let found = self.attribute(name, of: object) { return found }
    case .dictionary(let dictionary):
      if definitions.hasMethod(name, value) { return .object(.method(value, name)) }
      if let found = dictionary[name] { return found }
    default:
      if definitions.hasMethod(name, value) { return .object(.method(value, name)) }
    }
    return .undefined(path().map { .name($0) } ?? .part("attribute '\(name)'", of: value.typeName))
  }

  private func attribute(_ name: String, of object: TemplateValue.TemplateObject) -> TemplateValue? {
    switch object.reference {
    case .namespace(let index): return namespaces[index][name]
    case .loop(let number): return loops[number]?.attribute(name, loop: .object(object))
    case .macro(let index): return name == "name" ? .string(macros[index].macro.name) : nil
    default: return nil
    }
  }

  /// `value[key]`: an entry or element where there is one, else a method of that name.
  func item(
    _ key: TemplateValue, of value: TemplateValue, path: () -> String? = { nil }
  ) throws(TemplateError) -> TemplateValue {
    try requireDefined(value)
    try chargeFinding(key, in: value)
    if case .dictionary(let dictionary) = value, key.isHashable, let found = dictionary[key] { return found }
    if case .integer(let index)? = key.number.map(TemplateValue.init), let found = value.element(at: index) {
      return found
    }
    if case .string(let name) = key {
      if case .object = value { return try attribute(name, of: value, path: path) }
      if definitions.hasMethod(name, value) { return .object(.method(value, name)) }
    }
    return .undefined(path().map { .name($0) } ?? .part("element \(key.excerpt)", of: value.typeName))
  }

  /// A key is hashed whole, and a text is walked along to its element.
  private func chargeFinding(_ key: TemplateValue, in value: TemplateValue) throws(TemplateError) {
    switch value {
    case .dictionary: try chargeWhole(key)
    case .string(let text): try charge(text.utf8.count / 64)
    default: break
    }
  }
}

extension LoopState {
  func attribute(_ name: String, loop: TemplateValue) -> TemplateValue? {
    switch name {
    case "index": .integer(index + 1)
    case "index0": .integer(index)
    case "revindex": .integer(elements.count - index)
    case "revindex0": .integer(elements.count - index - 1)
    case "first": .boolean(index == 0)
    case "last": .boolean(index == elements.count - 1)
    case "length": .integer(elements.count)
    case "depth": .integer(depth)
    case "depth0": .integer(depth - 1)
    case "previtem":
      index > 0 ? elements[index - 1] : .undefined(.part("'loop.previtem'", of: "the first element"))
    case "nextitem":
      index + 1 < elements.count
        ? elements[index + 1] : .undefined(.part("'loop.nextitem'", of: "the last element"))
    case "cycle", "changed": .object(.method(loop, name))
    default: nil
    }
  }
}
