/// Python's mini-language of formats: `[[fill]align][sign][#][0][width][,][.precision][type]`.
struct FormatSpecification {
  var fill: Unicode.Scalar = " "
  var alignment: Unicode.Scalar?
  var sign: Unicode.Scalar = "-"
  var isAlternate = false
  var width = 0
  var grouping: Unicode.Scalar?
  var precision: Int?
  var type: Unicode.Scalar?

  init() {}

  init(_ text: String) throws(TemplateError) {
    var rest = Array(text.unicodeScalars)[...]
    let alignments: Set<Unicode.Scalar> = ["<", ">", "^", "="]
    if rest.count > 1, alignments.contains(rest[rest.startIndex + 1]), let first = rest.popFirst() {
      fill = first
    }
    if let first = rest.first, alignments.contains(first) { alignment = rest.popFirst() }
    if let first = rest.first, ["+", "-", " "].contains(first) {
      sign = first
      rest.removeFirst()
    }
    if rest.first == "#" {
      isAlternate = true
      rest.removeFirst()
    }
    if rest.first == "0" {
      if alignment == nil { (fill, alignment) = ("0", "=") }
      rest.removeFirst()
    }
    width = try Self.takeNumber(from: &rest) ?? 0
    if let first = rest.first, first == "," || first == "_" { grouping = rest.popFirst() }
    if rest.first == "." {
      rest.removeFirst()
      guard let digits = try Self.takeNumber(from: &rest) else {
        throw .operation(.lacks("format '\(text)'", "a precision"))
      }
      precision = digits
    }
    type = rest.popFirst()
    guard rest.isEmpty else { throw .operation(.format(.invalid(text))) }
  }

  static func takeNumber(from rest: inout ArraySlice<Unicode.Scalar>) throws(TemplateError) -> Int? {
    let digits = rest.prefix { (48...57).contains($0.value) }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    guard digits.count <= 6 else { throw .limit(999_999, .formatWidth) }
    return digits.reduce(0) { $0 * 10 + Int($1.value) - 48 }
  }

  func apply(to value: TemplateValue) throws(TemplateError) -> String {
    switch (value, type) {
    case (.string(let text), nil), (.string(let text), "s"):
      let cut = precision.map { TemplateValue.string(text).sliced(start: 0, stop: $0, step: 1)?.text ?? "" }
      return padded(cut ?? text, sign: "", default: "<")
    case (.boolean, nil): return padded(value.text, sign: "", default: "<")
    case (.integer(let number), _) where isIntegerType, (.integer(let number), nil):
      return format(number)
    case (.boolean(let flag), _) where isIntegerType: return format(flag ? 1 : 0)
    case (.integer, _), (.float, _), (.boolean, _):
      guard let number = value.number, isFloatType || type == nil else { break }
      return format(number.double)
    case (_, nil) where width == 0 && precision == nil: return value.text
    default: break
    }
    throw .operation(
      .format(.type(type.map { String($0) } ?? "", found: value.typeName, isPercent: false)))
  }

  private var isIntegerType: Bool { type.map { "dxXobcn".unicodeScalars.contains($0) } ?? false }
  private var isFloatType: Bool { type.map { "fFeEgG%".unicodeScalars.contains($0) } ?? false }

  private func format(_ number: Int) -> String {
    if type == "c" {
      return padded(Unicode.Scalar(UInt32(clamping: number)).map { String($0) } ?? "", sign: "", default: "<")
    }
    let radix = type == "x" || type == "X" ? 16 : type == "o" ? 8 : type == "b" ? 2 : 10
    var digits = String(number.magnitude, radix: radix, uppercase: type == "X")
    if radix == 10 { digits = grouped(digits) }
    let mark = isAlternate && radix != 10 ? "0" + String(type ?? "d") : ""
    return padded(digits, sign: signText(isNegative: number < 0) + mark, default: ">")
  }

  private func format(_ number: Double) -> String {
    let magnitude = number.magnitude
    var digits: String
    switch type {
    case "f", "F": digits = PythonFloat.fixed(magnitude, decimals: precision ?? 6)
    case "e", "E": digits = PythonFloat.scientific(magnitude, decimals: precision ?? 6)
    case "g", "G": digits = PythonFloat.general(magnitude, digits: precision ?? 6)
    case "%": digits = PythonFloat.fixed(magnitude * 100, decimals: precision ?? 6) + "%"
    default:
      digits =
        precision.map { PythonFloat.general(magnitude, digits: $0) } ?? PythonFloat.representation(magnitude)
    }
    if type == "E" || type == "G" || type == "F" { digits = digits.uppercased() }
    let whole = digits.prefix { $0 != "." && $0 != "e" && $0 != "%" }
    digits = grouped(String(whole)) + digits.dropFirst(whole.count)
    return padded(digits, sign: signText(isNegative: number.sign == .minus && !number.isNaN), default: ">")
  }

  private func grouped(_ digits: String) -> String {
    guard let grouping, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return digits }
    var result = ""
    for (place, digit) in digits.unicodeScalars.enumerated() {
      if place > 0, (digits.utf8.count - place) % 3 == 0 { result.unicodeScalars.append(grouping) }
      result.unicodeScalars.append(digit)
    }
    return result
  }

  private func signText(isNegative: Bool) -> String {
    isNegative ? "-" : sign == "-" ? "" : String(sign)
  }

  private func padded(_ text: String, sign: String, default side: Unicode.Scalar) -> String {
    let missing = max(0, width - text.unicodeScalars.count - sign.unicodeScalars.count)
    func filling(_ count: Int) -> String { String(repeating: String(fill), count: count) }
    switch alignment ?? side {
    case "<": return sign + text + filling(missing)
    case "^": return filling(missing / 2) + sign + text + filling(missing - missing / 2)
    case "=": return sign + filling(missing) + text
    default: return filling(missing) + sign + text
    }
  }
}
