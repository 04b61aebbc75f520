/// What the patterns that cut a text into pieces ask of a character.
struct CharacterClass: OptionSet, Sendable {
  let rawValue: UInt8

  /// `\p{L}`
  static let letter = CharacterClass(rawValue: 1)
  /// `\p{N}`
  static let number = CharacterClass(rawValue: 2)
  /// `\s`
  static let space = CharacterClass(rawValue: 4)
  /// `[^\s\p{L}\p{N}]`
  static let other = CharacterClass(rawValue: 8)
  /// `[\r\n]`
  static let newline = CharacterClass(rawValue: 16)
  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
  static let upper = CharacterClass(rawValue: 32)
  /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
  static let lower = CharacterClass(rawValue: 64)

  /// What the pre-tokenizer Digits cuts out: numbers, also those that are too new for ``number``.
  static let digit = CharacterClass(rawValue: 128)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ scalar: Unicode.Scalar) {
    let isNumber: Bool =
      switch scalar.properties.generalCategory {
      case .decimalNumber, .letterNumber, .otherNumber: true
      default: false
      }
    guard scalar.isAssigned(in: .classes) else {
      self = isNumber && scalar.isAssigned(in: .digits) ? [.other, .digit] : .other
      return
    }
    switch scalar.properties.generalCategory {
    case _ where scalar == "\u{295}": self = [.letter, .lower]  // Unicode 17 has it among the other letters
    case .uppercaseLetter, .titlecaseLetter: self = [.letter, .upper]
    case .lowercaseLetter: self = [.letter, .lower]
    case .modifierLetter, .otherLetter: self = [.letter, .upper, .lower]
    case .nonspacingMark, .spacingMark, .enclosingMark: self = [.other, .upper, .lower]
    case _ where isNumber: self = [.number, .digit]
    default: self = scalar.properties.isWhitespace ? .space : .other
    }
    if scalar == "\r" || scalar == "\n" { insert(.newline) }
  }

  /// The classes of the scalars below 2¹⁶, made once: asking the standard library costs more than the rest of the scan.
  static let basicPlane: [CharacterClass] = (0..<0x10000).map { value in
    Unicode.Scalar(UInt32(value)).map { CharacterClass($0) } ?? .other
  }

  func meets(_ other: CharacterClass) -> Bool { rawValue & other.rawValue != 0 }
}
