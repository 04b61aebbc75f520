/// Letters' cases, with Unicode's full mappings.
extension PythonText {
  /// `str.upper`.
  public static func upper(_ text: String) -> String { text.uppercased() }

  /// `str.lower`, with a final sigma where a word ends in one.
  public static func lower(_ text: String) -> String {
    guard text.unicodeScalars.contains("\u{3A3}") else { return text.lowercased() }
    let scalars = Array(text.unicodeScalars)
    var result = ""
    for (index, scalar) in scalars.enumerated() {
      result +=
        scalar == "\u{3A3}" && endsWord(scalars, at: index) ? "\u{3C2}" : scalar.properties.lowercaseMapping
    }
    return result
  }

  /// `str.casefold`: Unicode's full case folding, which is the lower case of the upper case but for a few letters.
  public static func folded(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar.value {
      case 0x131: "\u{131}"
      case 0x1E9E: "ss"
      // Cherokee folds to its capitals.
      case 0x13A0...0x13F5: String(scalar)
      case 0x13F8...0x13FD, 0xAB70...0xABBF: scalar.properties.uppercaseMapping
      default: scalar.properties.uppercaseMapping.unicodeScalars.map(\.properties.lowercaseMapping).joined()
      }
    }.joined()
  }

  /// Unicode's condition Final_Sigma: a cased letter before, none after, case-ignorable ones aside.
  private static func endsWord(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
    let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
    let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    return before?.properties.isCased == true && after?.properties.isCased != true
  }

  /// `str.capitalize`: the first code point in title case, the rest in lower case.
  public static func capitalized(_ text: String) -> String {
    guard let first = text.unicodeScalars.first else { return text }
    let rest = lower(text).unicodeScalars.dropFirst(lower(String(first)).unicodeScalars.count)
    return first.properties.titlecaseMapping + String(rest)
  }

  /// `str.title`: a letter after anything that has no case begins a word.
  static func titled(_ text: String) -> String {
    var result = ""
    var followsLetter = false
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      if followsLetter, scalar == "\u{3A3}", endsWord(scalars, at: index) {
        result += "\u{3C2}"
      } else {
        result += followsLetter ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
      }
      followsLetter = scalar.properties.isCased
    }
    return result
  }

  /// Jinja's filter `title`: words begin after blanks and `-({[<`.
  static func filterTitled(_ text: String) -> String {
    var result = ""
    var word = ""
    func finish() {
      guard let first = word.unicodeScalars.first else { return }
      result += String(first).uppercased() + lower(String(word.unicodeScalars.dropFirst()))
      word = ""
    }
    for scalar in text.unicodeScalars {
      if isSpace(scalar) || "-({[<".unicodeScalars.contains(scalar) {
        finish()
        result.unicodeScalars.append(scalar)
      } else {
        word.unicodeScalars.append(scalar)
      }
    }
    finish()
    return result
  }

  static func swapped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let properties = scalar.properties
      result += properties.isUppercase ? properties.lowercaseMapping : properties.uppercaseMapping
    }
    return result
  }

  /// `str.isupper`.
  public static func isUpper(_ text: String) -> Bool {
    hasOnlyCase(text) { $0.isLowercase || $0.generalCategory == .titlecaseLetter }
  }

  /// `str.islower`.
  public static func isLower(_ text: String) -> Bool {
    hasOnlyCase(text) { $0.isUppercase || $0.generalCategory == .titlecaseLetter }
  }

  private static func hasOnlyCase(_ text: String, other: (Unicode.Scalar.Properties) -> Bool) -> Bool {
    var isCased = false
    for scalar in text.unicodeScalars {
      if other(scalar.properties) { return false }
      isCased = isCased || scalar.properties.isCased
    }
    return isCased
  }
}
