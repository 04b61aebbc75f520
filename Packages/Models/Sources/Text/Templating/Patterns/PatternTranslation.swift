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
  /// Whether more than ``deepest`` groups are open; nothing after that place is translated.
  private(set) var isTooDeep = false

  /// ICU refuses to nest groups much deeper than this.
  static let deepest = 90
  /// The longest name, count or list of flags, in scalars, so that a search for its end is short.
  private static let longestWord = 256

  init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

  mutating func run() -> String {
    while let scalar = peek(), !isTooDeep {
      switch scalar {
      case "\\": escape(inClass: false)
      case "[": characterClass()
      case "(": openGroup()
      case ")":
        depth = max(depth - 1, 0)
        write(")")
      case "{": brace()
      case "}": write("\\}")
      default: write(String(scalar))
      }
    }
    return result
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
    let spaces = #"\u0009-\u000D\u001C-\u0020\u0085\p{Z}"#
    let letters = #"\p{L}\p{N}_"#
    switch next {
    case "Z" where !inClass: write("\\z", for: 2)
    case "s": write(inClass ? spaces : "[\(spaces)]", for: 2)
    case "S": write("[^\(spaces)]", for: 2)
    case "w": write(inClass ? letters : "[\(letters)]", for: 2)
    case "W": write("[^\(letters)]", for: 2)
    case "b" where inClass: write("\\u0008", for: 2)
    case "a": write("\\u0007", for: 2)
    case "v": write("\\u000B", for: 2)
    // Python has no such escapes, and ICU must not give them a meaning: this is no pattern.
    case "h", "H", "R", "X", "Q", "E", "G", "k", "z", "p", "P", "N", "K": write("(*", for: 2)
    default:
      result += "\\"
      result.unicodeScalars.append(next)
      position += 2
    }
  }

  private mutating func characterClass() {
    write("[")
    if peek() == "^" { write("^") }
    var isFirst = true
    while let scalar = peek() {
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
    // Flags that ICU lacks say what it does anyway.
    if let flags = text(from: 2, to: ")"), !flags.isEmpty, flags.allSatisfy({ "aiLmsux".contains($0) }) {
      let known = flags.filter { "imsx".contains($0) }
      return write(known.isEmpty ? "" : "(?\(known))", for: 3 + flags.unicodeScalars.count)
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
