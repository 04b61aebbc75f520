/// Writes a pattern of Python's `re` as ICU understands it.
struct PatternTranslation {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var result = ""
  /// The numbers of named groups; ICU's names may not have an underscore, so groups lose theirs.
  private(set) var groups: [String: Int] = [:]
  private var groupCount = 0
  /// How many groups are open.
  private var depth = 0
  /// Whether letters stand for those of other cases too, from here on at the latest.
  private var ignoresCase = false
  /// Whether digits, white space and letters are those of ASCII.
  private var isASCII = false
  /// How many sets of letters or of white space ICU has to make.
  private var sets = 0
  /// Whether they are more than ``mostSets``; nothing after that place is translated.
  var hasTooManySets: Bool { sets > Self.mostSets }
  /// Whether more than ``deepest`` groups are open; nothing after that place is translated.
  private(set) var isTooDeep = false

  /// ICU refuses to nest groups much deeper than this.
  static let deepest = 90
  /// ICU takes a quarter of a millisecond for each.
  static let mostSets = 4096
  /// The longest name, count or list of flags, in scalars, so that a search for its end is short.
  private static let longestWord = 256

  init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

  mutating func run() -> String {
    while let scalar = peek(), !isTooDeep, !hasTooManySets {
      switch scalar {
      case "\\": escape(inClass: false)
      case "[": characterClass()
      case "(": openGroup()
      case ")":
        depth = max(depth - 1, 0)
        write(")")
      case "{": brace()
      case "}": write("\\}")
      default: literal(scalar)
      }
    }
    return result
  }

  /// A letter by itself; of those that differ in case, ICU compares whole sequences, in which `ß` is `ss`, and Python one by
  /// one, in which the four letters i are the same.
  private mutating func literal(_ scalar: Unicode.Scalar) {
    write(ignoresCase && scalar.properties.isAlphabetic ? Self.set(of: scalar) : String(scalar))
  }

  private static func set(of letter: Unicode.Scalar) -> String {
    "iI\u{130}\u{131}".unicodeScalars.contains(letter) ? "[iI\u{130}\u{131}]" : "[\(letter)]"
  }

  private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
    position + offset < scalars.count ? scalars[position + offset] : nil
  }

  /// Writes `text` for the next `count` scalars.
  private mutating func write(_ text: String, for count: Int = 1) {
    result += text
    position += count
  }

  private func starts(with text: String) -> Bool { scalars[position...].starts(with: text.unicodeScalars) }

  /// The text up to a scalar, from an offset on.
  private func text(from offset: Int, to end: Unicode.Scalar) -> String? {
    let start = position + offset
    guard start <= scalars.count,
      let close = scalars[start...].prefix(Self.longestWord).firstIndex(of: end)
    else { return nil }
    return String(String.UnicodeScalarView(scalars[start..<close]))
  }

  private mutating func escape(inClass: Bool) {
    guard let next = peek(1) else { return write("\\") }
    let spaces = isASCII ? #"\u0009-\u000D\u0020"# : #"\u0009-\u000D\u001C-\u0020\u0085\p{Z}"#
    let letters = isASCII ? "a-zA-Z0-9_" : #"\p{L}\p{N}_"#
    if "sSwWbB".unicodeScalars.contains(next) { sets += next == "b" || next == "B" ? 4 : 1 }
    switch next {
    case "d" where isASCII: write(inClass ? "0-9" : "[0-9]", for: 2)
    case "D" where isASCII: write("[^0-9]", for: 2)
    case "0"..."7": octal(inClass: inClass)
    case "x": hexadecimal(2, inClass: inClass)
    case "u": hexadecimal(4, inClass: inClass)
    case "U": hexadecimal(8, inClass: inClass)
    case "Z" where !inClass: write("\\z", for: 2)
    case "s": write(inClass ? spaces : "[\(spaces)]", for: 2)
    case "S": write("[^\(spaces)]", for: 2)
    case "w": write(inClass ? letters : "[\(letters)]", for: 2)
    case "W": write("[^\(letters)]", for: 2)
    case "b" where inClass: write("\\u0008", for: 2)
    // ICU's own boundaries are those of other letters, and lie not before marks.
    case "b": write("(?:(?<=[\(letters)])(?![\(letters)])|(?<![\(letters)])(?=[\(letters)]))", for: 2)
    case "B" where !inClass:
      // In an empty text there is none, up to Python 3.13.
      write("(?!\\A\\z)(?:(?<=[\(letters)])(?=[\(letters)])|(?<![\(letters)])(?![\(letters)]))", for: 2)
    case "a": write("\\u0007", for: 2)
    case "v": write("\\u000B", for: 2)
    // Python has no such escapes, and ICU must not give them a meaning: this is no pattern.
    case "e", "h", "H", "R", "X", "Q", "E", "G", "k", "z", "p", "P", "N", "K": write("(*", for: 2)
    default:
      result += "\\"
      result.unicodeScalars.append(next)
      position += 2
    }
  }

  /// A scalar by its number, or the number of a group: outside of classes the former begins with 0 or has three digits.
  private mutating func octal(inClass: Bool) {
    let digits = scalars[(position + 1)...].prefix(3).prefix { ("0"..."7").contains($0) }
    guard inClass || digits.first == "0" || digits.count == 3 else { return write("\\", for: 1) }
    numbered(digits, radix: 8, inClass: inClass, for: 1 + digits.count)
  }

  /// A scalar by its number, in so many digits.
  private mutating func hexadecimal(_ count: Int, inClass: Bool) {
    let digits = scalars[(position + 2)...].prefix(count)
    guard digits.count == count, digits.allSatisfy(\.properties.isASCIIHexDigit) else {
      return write("(*", for: 2)
    }
    numbered(digits, radix: 16, inClass: inClass, for: 2 + count)
  }

  private mutating func numbered(
    _ digits: ArraySlice<Unicode.Scalar>, radix: Int, inClass: Bool, for count: Int
  ) {
    let number = UInt32(String(String.UnicodeScalarView(digits)), radix: radix)
    guard let scalar = number.flatMap(Unicode.Scalar.init) else { return write("(*", for: count) }
    let isLetter = ignoresCase && !inClass && scalar.properties.isAlphabetic
    write(isLetter ? Self.set(of: scalar) : "\\x{\(String(scalar.value, radix: 16))}", for: count)
  }

  private mutating func characterClass() {
    write("[")
    if peek() == "^" { write("^") }
    var isFirst = true
    while let scalar = peek(), !hasTooManySets {
      switch scalar {
      case "]" where isFirst: write("\\]")
      case "]": return write("]")
      case "\\": escape(inClass: true)
      case "[", "&", "~", "|": write("\\" + String(scalar))
      case "-" where peek(1) == "-": write("\\-")
      case "#", " ": write("\\" + String(scalar))
      default: write(String(scalar))
      }
      isFirst = false
    }
  }

  private mutating func openGroup() {
    guard peek(1) == "?" else {
      groupCount += 1
      return deepen("(")
    }
    if starts(with: "(?P<"), let name = text(from: 4, to: ">") {
      groupCount += 1
      groups[name] = groupCount
      return deepen("(", for: 5 + name.unicodeScalars.count)
    }
    if starts(with: "(?P="), let name = text(from: 4, to: ")") {
      return write("(?:\\\(groups[name] ?? 0))", for: 5 + name.unicodeScalars.count)
    }
    // Of the flags that ICU lacks, 'u' says what it does anyway.
    if let flags = text(from: 2, to: ")"), !flags.isEmpty, flags.allSatisfy({ "aiLmsux".contains($0) }) {
      let known = flags.filter { "imsx".contains($0) }
      ignoresCase = ignoresCase || flags.contains("i")
      isASCII = isASCII || flags.contains("a")
      return write(known.isEmpty ? "" : "(?\(known))", for: 3 + flags.unicodeScalars.count)
    }
    if let flags = text(from: 2, to: ":"), !flags.isEmpty, flags.allSatisfy({ "-imsux".contains($0) }) {
      ignoresCase = ignoresCase || flags.contains("i")
      return deepen("(?\(flags.filter { $0 != "u" }):", for: 3 + flags.unicodeScalars.count)
    }
    deepen("(")
  }

  private mutating func deepen(_ text: String, for count: Int = 1) {
    depth += 1
    isTooDeep = depth > Self.deepest
    write(text, for: count)
  }

  /// A repetition, or a brace that stands for itself.
  private mutating func brace() {
    guard let inside = text(from: 1, to: "}") else { return write("\\{") }
    let bounds = inside.split(separator: ",", omittingEmptySubsequences: false)
    let isCount = bounds.count <= 2 && bounds.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isNumber } }
    guard isCount, inside != "", inside.contains(where: \.isNumber) || bounds.count == 2 else {
      return write("\\{")
    }
    let lower = bounds[0].isEmpty ? "0" : String(bounds[0])
    write(bounds.count == 1 ? "{\(lower)}" : "{\(lower),\(bounds[1])}", for: 2 + inside.unicodeScalars.count)
  }
}
