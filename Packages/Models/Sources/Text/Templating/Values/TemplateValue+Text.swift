extension TemplateValue {
  /// What printing gives: Python's `str`.
  public var text: String {
    switch self {
    case .undefined: ""
    case .string(let text): text
    default: representation
    }
  }

  /// Python's `repr`.
  public var representation: String {
    var result = ""
    represent(into: &result)
    return result
  }

  /// The representation of a value that is short, for sentences.
  package var excerpt: String {
    switch self {
    case .string(let text) where text.utf8.count > 100: PythonText.quoted(String(text.prefix(60)) + "…")
    case .list, .tuple, .dictionary, .iterable: typeName
    default: representation
    }
  }

  private func represent(into result: inout String) {
    switch self {
    case .undefined: result += "Undefined"
    case .null: result += "None"
    case .boolean(let value): result += value ? "True" : "False"
    case .integer(let value): result += String(value)
    case .float(let value): result += PythonFloat.representation(value)
    case .string(let text): result += PythonText.quoted(text)
    case .list(let elements): Self.represent(elements, between: "[", "]", into: &result)
    case .tuple(let elements):
      Self.represent(elements, between: "(", elements.count == 1 ? ",)" : ")", into: &result)
    case .dictionary(let dictionary): dictionary.represent(into: &result)
    case .iterable(.range(let start, let stop, let step), _):
      result += step == 1 ? "range(\(start), \(stop))" : "range(\(start), \(stop), \(step))"
    case .iterable(.generator, _): result += "<generator object>"
    case .iterable(let kind, let elements):
      let name =
        switch kind {
        case .keys: "dict_keys"
        case .values: "dict_values"
        default: "dict_items"
        }
      Self.represent(elements, between: name + "([", "])", into: &result)
    case .object(let object): result += object.description
    }
  }

  private static func represent(
    _ elements: [TemplateValue], between opening: String, _ closing: String, into result: inout String
  ) {
    result += opening
    for (position, element) in elements.enumerated() {
      if position > 0 { result += ", " }
      element.represent(into: &result)
    }
    result += closing
  }
}

extension TemplateDictionary {
  fileprivate func represent(into result: inout String) {
    result += "{"
    for (position, (key, value)) in zip(keys, values).enumerated() {
      if position > 0 { result += ", " }
      result += key.representation + ": " + value.representation
    }
    result += "}"
  }
}

extension TemplateValue.TemplateObject: CustomStringConvertible {
  public var description: String {
    switch reference {
    case .namespace: "<Namespace>"
    case .loop: "<LoopContext>"
    case .macro: "<Macro>"
    case .function(let function): "<function \(function.rawValue)>"
    case .method(_, let name): "<built-in method \(name)>"
    }
  }
}
