import Templating

/// `\boxed{…}` of a solution.
enum Boxed {
  /// The last box with what is in it.
  static func last(in text: String) -> String? {
    let blank = "\\boxed "
    if PythonText.split(text, by: blank).count > 1 {
      let rest = PythonText.split(text, by: blank).last ?? ""
      return blank + PythonText.split(rest, by: "$")[0]
    }
    return lastBraced(in: text)
  }

  /// The last `\boxed` or, without one, `\fbox`, with the braces after it.
  static func lastBraced(in text: String) -> String? {
    let parts = PythonText.split(text, by: "\\boxed")
    let name = parts.count > 1 ? "\\boxed" : "\\fbox"
    let pieces = parts.count > 1 ? parts : PythonText.split(text, by: name)
    guard pieces.count > 1, let rest = pieces.last else { return nil }
    var depth = 0
    var result = String.UnicodeScalarView()
    for scalar in rest.unicodeScalars {
      result.append(scalar)
      if scalar == "{" { depth += 1 }
      if scalar == "}" {
        depth -= 1
        if depth == 0 { return name + String(result) }
      }
    }
    return nil
  }

  /// What is in the box; `nil` for what is none.
  static func content(of box: String) -> String? {
    let blank = "\\boxed "
    if PythonText.split(box, by: blank).count > 1 {
      return box.hasPrefix(blank) ? String(box.unicodeScalars.dropFirst(7)) : nil
    }
    guard box.unicodeScalars.starts(with: "\\boxed{".unicodeScalars), box.unicodeScalars.last == "}" else {
      return nil
    }
    return String(box.unicodeScalars.dropFirst(7).dropLast())
  }
}

/// Formulas that are compared as texts, once what means nothing is taken out.
///
/// - Source: Hendrycks et al. 2021, *Measuring Mathematical Problem Solving*, `math_equivalence`.
enum MathText {
  private static let removals: [(String, String)] = [
    ("\n", ""), ("\\!", ""), ("\\\\", "\\"), ("tfrac", "frac"), ("dfrac", "frac"), ("\\left", ""),
    ("\\right", ""), ("^{\\circ}", ""), ("^\\circ", ""), ("\\$", ""),
  ]

  /// - Parameter keepsSlash: Whether a fraction of what are no whole numbers stays as it is; else both texts do.
  static func areEqual(_ first: String, _ second: String, keepsSlash: Bool = false) -> Bool {
    guard let one = stripped(first, keepsSlash), let other = stripped(second, keepsSlash) else {
      return isSame(first, second)
    }
    return isSame(one, other)
  }

  private static func isSame(_ first: String, _ second: String) -> Bool {
    first.unicodeScalars.elementsEqual(second.unicodeScalars)
  }

  /// The text as it is compared; `nil` for one that the rules fail on, which is then compared as it stands.
  private static func stripped(_ text: String, _ keepsSlash: Bool) -> String? {
    var text = removals.reduce(text) { PythonText.replaced($0, $1.0, with: $1.1) }
    let units = PythonText.split(text, by: "\\text{ ")
    guard units.count <= 2 else { return nil }
    text = PythonText.replaced(units[0], "\\%", with: "")
    text = PythonText.replaced(PythonText.replaced(text, " .", with: " 0."), "{.", with: "{0.")
    guard let first = text.unicodeScalars.first else { return text }
    if first == "." { text = "0" + text }
    let sides = PythonText.split(text, by: "=")
    if sides.count == 2, sides[0].unicodeScalars.count <= 2 { text = sides[1] }
    guard let rooted = withRoots(text), let result = withFractions(PythonText.replaced(rooted, " ", with: ""))
    else {
      return nil
    }
    return withSlash(isSame(result, "0.5") ? "\\frac{1}{2}" : result, keepsSlash)
  }

  /// `\sqrt3` as `\sqrt{3}`.
  private static func withRoots(_ text: String) -> String? {
    let parts = PythonText.split(text, by: "\\sqrt")
    var result = parts[0]
    for part in parts.dropFirst() {
      guard let first = part.unicodeScalars.first else { return nil }
      let rest = String(part.unicodeScalars.dropFirst())
      result += first == "{" ? "\\sqrt" + part : "\\sqrt{" + String(first) + "}" + rest
    }
    return result
  }

  /// `\frac12` as `\frac{1}{2}`.
  private static func withFractions(_ text: String) -> String? {
    let parts = PythonText.split(text, by: "\\frac")
    var result = parts[0]
    for part in parts.dropFirst() {
      let scalars = Array(part.unicodeScalars)
      guard let first = scalars.first else { return nil }
      result += "\\frac"
      if first == "{" {
        result += part
        continue
      }
      guard scalars.count >= 2 else { return text }
      let rest = String(String.UnicodeScalarView(scalars[2...]))
      result += scalars[1] == "{" ? "{\(first)}{" + rest : "{\(first)}{\(scalars[1])}" + rest
    }
    return result
  }

  /// `1/2` as `\frac{1}{2}`, where both are whole numbers as Python would write them.
  private static func withSlash(_ text: String, _ keepsSlash: Bool) -> String? {
    let parts = PythonText.split(text, by: "/")
    guard parts.count == 2 else { return text }
    var isPlain = true
    for part in parts {
      let digits = part.unicodeScalars.drop { $0 == "-" || $0 == "+" }
      guard !digits.isEmpty, part.unicodeScalars.count - digits.count <= 1,
        digits.allSatisfy({ ("0"..."9").contains($0) })
      else { return keepsSlash ? text : nil }
      isPlain =
        isPlain && part.unicodeScalars.first != "+"
        && (digits.first != "0" || digits.count == 1 && part.unicodeScalars.first != "-")
    }
    return isPlain ? "\\frac{\(parts[0])}{\(parts[1])}" : text
  }
}
