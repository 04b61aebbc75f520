/// `text % values`: `%s`, `%d` and their kin.
enum PercentFormat {
  static func apply(
    _ format: String, _ operand: TemplateValue, _ interpreter: Interpreter
  ) throws(TemplateError) -> String {
    var values: [TemplateValue] = [operand]
    if case .tuple(let elements) = operand { values = elements }
    var result = ""
    var used = 0
    var rest = Array(format.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      guard scalar == "%" else {
        result.unicodeScalars.append(scalar)
        continue
      }
      if rest.first == "%" {
        rest.removeFirst()
        result += "%"
        continue
      }
      result += try field(&rest, operand, values, &used, interpreter)
      try interpreter.checkSize(result.utf8.count)
    }
    if case .dictionary = operand { return result }
    guard used == values.count else { throw .operation(.format(.tooManyValues)) }
    return result
  }

  private static func field(
    _ rest: inout ArraySlice<Unicode.Scalar>, _ operand: TemplateValue, _ values: [TemplateValue],
    _ used: inout Int, _ interpreter: Interpreter
  ) throws(TemplateError) -> String {
    var named: TemplateValue?
    if rest.first == "(" {
      guard let end = rest.firstIndex(of: ")"), case .dictionary(let dictionary) = operand else {
        throw .needs("a format with names", "a dictionary", found: operand)
      }
      let name = String(String.UnicodeScalarView(rest[(rest.startIndex + 1)..<end]))
      guard let value = dictionary[name] else { throw .operation(.lacks("a format", "the value '\(name)'")) }
      named = value
      rest = rest[(end + 1)...]
    }
    let specification = try readSpecification(&rest)
    guard let type = specification.type else { throw .operation(.format(.endsWithinField)) }
    if named == nil {
      guard used < values.count else { throw .operation(.format(.tooFewValues)) }
      named = values[used]
      used += 1
    }
    return try text(of: named ?? .null, specification, type, interpreter)
  }

  private static func readSpecification(
    _ rest: inout ArraySlice<Unicode.Scalar>
  ) throws(TemplateError) -> FormatSpecification {
    var specification = FormatSpecification()
    specification.alignment = ">"
    loop: while let flag = rest.first {
      switch flag {
      case "-": specification.alignment = "<"
      case "0":
        if specification.alignment != "<" { (specification.fill, specification.alignment) = ("0", "=") }
      case "+", " ": specification.sign = flag
      case "#": specification.isAlternate = true
      default: break loop
      }
      rest.removeFirst()
    }
    specification.width = try FormatSpecification.takeNumber(from: &rest) ?? 0
    if rest.first == "." {
      rest.removeFirst()
      specification.precision = try FormatSpecification.takeNumber(from: &rest) ?? 0
    }
    specification.type = rest.popFirst()
    return specification
  }

  private static func text(
    of value: TemplateValue, _ specification: FormatSpecification, _ type: Unicode.Scalar,
    _ interpreter: Interpreter
  ) throws(TemplateError) -> String {
    var specification = specification
    switch type {
    case "s", "r", "a":
      specification.type = "s"
      if specification.alignment == "=" { (specification.alignment, specification.fill) = (">", " ") }
      let text = try type == "s" ? interpreter.plainText(of: value) : interpreter.representation(of: value)
      return try specification.apply(to: .string(text))
    case "d", "i", "u":
      guard let number = value.number else { break }
      specification.type = "d"
      specification.precision = nil
      guard let whole = Int(exactly: number.double.rounded(.towardZero)) else { break }
      if case .integer = number { return try specification.apply(to: TemplateValue(number)) }
      return try specification.apply(to: .integer(whole))
    case "x", "X", "o", "c":
      guard case .integer(let number)? = value.number else { break }
      return try specification.apply(to: .integer(number))
    case "f", "F", "e", "E", "g", "G":
      guard let number = value.number else { break }
      return try specification.apply(to: .float(number.double))
    default: throw .operation(.format(.unknownType(String(type))))
    }
    throw .operation(.format(.type(String(type), found: value.typeName, isPercent: true)))
  }
}
