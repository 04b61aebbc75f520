/// `str.format`: fields by position, number or name, with attributes, elements, `!r`, `!s` and a format.
struct BraceFormat {
  private let arguments: Arguments
  private let interpreter: Interpreter

  init(_ arguments: Arguments, _ interpreter: Interpreter) {
    self.arguments = arguments
    self.interpreter = interpreter
  }

  func apply(_ text: String) throws(TemplateError) -> String {
    var result = ""
    var next = 0
    var rest = Array(text.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "{" where rest.first == "{", "}" where rest.first == "}":
        rest.removeFirst()
        result.unicodeScalars.append(scalar)
      case "{":
        guard let end = rest.firstIndex(of: "}") else {
          throw .operation(.lacks("a format", "the '}' of a field"))
        }
        result += try field(String(String.UnicodeScalarView(rest[..<end])), next: &next)
        rest = rest[(end + 1)...]
      case "}": throw .operation(.format(.singleBrace))
      default: result.unicodeScalars.append(scalar)
      }
      try interpreter.checkSize(result.utf8.count)
    }
    return result
  }

  private func field(_ text: String, next: inout Int) throws(TemplateError) -> String {
    guard !text.unicodeScalars.contains("{") else {
      throw .operation(.unsupported(.nestedField))
    }
    let halves = PythonText.split(text, by: ":", limit: 1)
    let parts = PythonText.split(halves[0], by: "!", limit: 1)
    var value = try self.value(of: parts[0], next: &next)
    try interpreter.checkDefined(value)
    switch parts.count == 2 ? parts[1] : "" {
    case "": break
    case "r": value = .string(try interpreter.representation(of: value))
    case "s": value = .string(try interpreter.plainText(of: value))
    default:
      throw .operation(.needs("a format", expected: "the conversion '!r' or '!s'", found: "'!\(parts[1])'"))
    }
    try interpreter.chargeWhole(value)
    return try FormatSpecification(halves.count == 2 ? halves[1] : "").apply(to: value)
  }

  private func value(of path: String, next: inout Int) throws(TemplateError) -> TemplateValue {
    let first = String(String.UnicodeScalarView(path.unicodeScalars.prefix { $0 != "." && $0 != "[" }))
    var value: TemplateValue
    if let place = first.isEmpty ? next : Int(first) {
      if first.isEmpty { next += 1 }
      guard arguments.positional.indices.contains(place) else {
        throw .operation(.lacks("a format", "value \(place)"))
      }
      value = arguments.positional[place]
    } else {
      guard let named = arguments.named.first(where: { $0.name == first }) else {
        throw .operation(.lacks("a format", "the value '\(first)'"))
      }
      value = named.value
    }
    var rest = Array(path.unicodeScalars.dropFirst(first.unicodeScalars.count))[...]
    while let opening = rest.popFirst() {
      let key = String(String.UnicodeScalarView(rest.prefix { ![".", "[", "]"].contains($0) }))
      rest = rest.dropFirst(key.unicodeScalars.count)
      if opening == "[" {
        guard rest.popFirst() == "]" else { throw .operation(.lacks("a format", "the ']' of a field")) }
        value = try interpreter.item(Int(key).map(TemplateValue.integer) ?? .string(key), of: value)
      } else {
        value = try interpreter.attribute(key, of: value)
      }
    }
    return value
  }
}
