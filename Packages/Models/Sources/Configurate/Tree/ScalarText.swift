/// How scalars are spelt in YAML.
enum ScalarText {
  /// What a plain scalar means.
  static func content(of text: String) -> SettingsTree.Content {
    switch text {
    case "???": return .missing
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
    case ".nan", ".NaN", ".NAN": return .number(.nan)
    default: break
    }
    if let integer = integer(text) { return .integer(integer) }
    if let number = number(text) { return .number(number) }
    return .text(text)
  }

  /// Decimal without leading zeros, `0x`, `0o` or `0b`, with an optional sign; underscores may part digits.
  static func integer(_ text: String) -> Int? {
    var digits = text[...]
    let sign = digits.first == "-" || digits.first == "+" ? String(digits.removeFirst()) : ""
    let radix = ["0x": 16, "0o": 8, "0b": 2][digits.prefix(2)]
    if radix != nil { digits = digits.dropFirst(2) }
    guard let first = digits.first, first.isASCII, first.isHexDigit, digits.last != "_" else { return nil }
    if radix == nil, first == "0", digits.count > 1 { return nil }
    return Int(sign + digits.filter { $0 != "_" }, radix: radix ?? 10)
  }

  /// Decimal digits, with a point, an exponent or both unless they are an integer beyond 64 bits. Leading zeros (a date
  /// or a name, more likely) and numbers beyond float64 are none.
  static func number(_ text: String) -> Double? {
    var rest = text.utf8[...]
    func digits() -> Substring.UTF8View {
      let run = rest.prefix { (0x30...0x39).contains($0) || $0 == 0x5F }
      rest = rest[run.endIndex...]
      return run
    }
    func take(_ letters: String) -> Bool {
      guard let first = rest.first, letters.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    _ = take("+-")
    let whole = digits()
    let fraction = take(".") ? digits() : nil
    guard whole.count == 1 || whole.first != 0x30, whole.first != 0x5F, fraction?.first != 0x5F else {
      return nil
    }
    guard !whole.isEmpty || fraction?.isEmpty == false else { return nil }
    if take("eE") {
      _ = take("+-")
      guard !digits().isEmpty else { return nil }
    }
    guard rest.isEmpty, let number = Double(text.filter { $0 != "_" }), number.isFinite else { return nil }
    return number
  }

  /// A number as Python and PyYAML write it: the shortest digits that read back, `0.0003`, `1.0e-05`, `1000000.0`.
  static func text(of number: Double) -> String {
    if number.isNaN { return ".nan" }
    if number.isInfinite { return number < 0 ? "-.inf" : ".inf" }
    if number == 0 { return number.sign == .minus ? "-0.0" : "0.0" }
    let (digits, exponent) = shortestDigits(of: number.magnitude)
    let sign = number < 0 ? "-" : ""
    guard (-4..<16).contains(exponent) else {
      let tail = digits.count > 1 ? String(digits.dropFirst()) : "0"
      let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
      return "\(sign)\(digits.prefix(1)).\(tail)e\(exponent < 0 ? "-" : "+")\(power)"
    }
    if exponent < 0 { return "\(sign)0.\(String(repeating: "0", count: -exponent - 1))\(digits)" }
    let whole = digits.prefix(exponent + 1)
    let padding = String(repeating: "0", count: exponent + 1 - whole.count)
    let fraction = digits.dropFirst(exponent + 1)
    return "\(sign)\(whole)\(padding).\(fraction.isEmpty ? "0" : fraction)"
  }

  /// Digits d₀d₁… without trailing zeros and the exponent of d₀, for a finite positive number.
  private static func shortestDigits(of number: Double) -> (digits: String, exponent: Int) {
    let parts = number.description.split(separator: "e")
    let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let fraction = halves.count > 1 ? String(halves[1]) : ""
    let all = String(halves[0]) + fraction
    let leading = all.prefix { $0 == "0" }.count
    let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    var digits = String(all.dropFirst(leading))
    while digits.last == "0" { digits.removeLast() }
    return (digits, halves[0].count - 1 - leading + power)
  }
}
