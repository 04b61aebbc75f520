/// Python's methods of strings, lists, tuples and dictionaries that change nothing.
extension Library {
  private static let dictionaryMethods: Set<String> = ["get", "keys", "values", "items", "copy"]
  private static let listMethods: Set<String> = ["index", "count", "copy"]
  private static let tupleMethods: Set<String> = ["index", "count"]
  /// Methods that would change a value: known, and refused.
  private static let changingListMethods: Set<String> = [
    "append", "extend", "insert", "pop", "remove", "reverse", "sort", "clear",
  ]
  private static let changingDictionaryMethods: Set<String> = [
    "update", "pop", "popitem", "setdefault", "clear",
  ]

  static func hasMethod(_ name: String, _ value: TemplateValue) -> Bool {
    switch value {
    case .string: stringMethods[name] != nil
    case .list: listMethods.contains(name) || changingListMethods.contains(name)
    case .tuple: tupleMethods.contains(name)
    case .dictionary: dictionaryMethods.contains(name) || changingDictionaryMethods.contains(name)
    case .iterable(.range, _): tupleMethods.contains(name)
    case .object(let object):
      if case .loop = object.reference { name == "cycle" || name == "changed" } else { false }
    default: false
    }
  }

  static func callMethod(
    _ name: String, of value: TemplateValue, _ arguments: Arguments, _ interpreter: Interpreter
  ) throws(TemplateError) -> TemplateValue {
    switch value {
    case .string(let text):
      guard let method = stringMethods[name] else { break }
      return try method(text, arguments, interpreter)
    case .list(let elements), .tuple(let elements), .iterable(_, let elements):
      if changingListMethods.contains(name) { throw changes(name, value) }
      return try callSequence(name, value, elements, arguments, interpreter)
    case .dictionary(let dictionary):
      if changingDictionaryMethods.contains(name) { throw changes(name, value) }
      return try callDictionary(name, dictionary, arguments, interpreter)
    default: break
    }
    throw .operation(.hasNo("method '\(name)'", of: value.typeName))
  }

  private static func changes(_ name: String, _ value: TemplateValue) -> TemplateError {
    .operation(.unsupported(.change(method: name, of: value.typeName)))
  }

  private static func callSequence(
    _ name: String, _ value: TemplateValue, _ elements: [TemplateValue], _ arguments: Arguments,
    _ interpreter: Interpreter
  ) throws(TemplateError) -> TemplateValue {
    if name == "copy" { return value }
    try interpreter.charge(elements.count)  // each is compared
    let parameters = name == "index" ? ["value", "start", "stop"] : ["value"]
    let bound = try arguments.bound(to: parameters, required: 1, of: "method '\(name)'")
    let wanted = bound["value"] ?? .null
    var places: [Int] = []
    for (place, element) in elements.enumerated() where try interpreter.areEqual(element, wanted) {
      places.append(place)
    }
    if name == "count" { return .integer(places.count) }
    func clamped(_ place: Int) -> Int { place < 0 ? max(0, place + elements.count) : place }
    let start = clamped(try bound.integer("start") ?? 0)
    let stop = clamped(try bound.integer("stop") ?? elements.count)
    guard let place = places.first(where: { $0 >= start && $0 < stop }) else {
      throw .operation(.notIn(wanted.excerpt, value.typeName))
    }
    return .integer(place)
  }

  private static func callDictionary(
    _ name: String, _ dictionary: TemplateDictionary, _ arguments: Arguments, _ interpreter: Interpreter
  ) throws(TemplateError) -> TemplateValue {
    if name == "get" {
      let bound = try arguments.bound(to: ["key", "default"], required: 1, of: "method 'get'")
      let key = bound["key"] ?? .null
      guard key.isHashable else { throw .operation(.unfit(key.typeName, for: .key)) }
      try interpreter.chargeWhole(key)
      return dictionary[key] ?? bound["default"] ?? .null
    }
    _ = try arguments.bound(to: [], of: "method '\(name)'")
    switch name {
    case "keys": return .iterable(.keys, dictionary.keys)
    case "values": return .iterable(.values, dictionary.values)
    case "items": return .iterable(.items, dictionary.items)
    default: return .dictionary(dictionary)
    }
  }
}
