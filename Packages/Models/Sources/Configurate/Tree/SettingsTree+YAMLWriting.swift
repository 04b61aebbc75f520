import Basics

extension SettingsTree {
  /// This tree as YAML, in its own order, in the style of OmegaConf and PyYAML: two spaces, lists at their key's
  /// indentation, `1.0e-05`, text that could be read as anything else in quotes.
  ///
  /// Reading it back gives an equal tree.
  public var yaml: String { yaml { _ in "" } }

  /// The same with a comment above each setting that has one.
  ///
  /// - Parameter comment: The text for a slash key; empty for none. It is broken into lines of about 100 characters.
  public func yaml(comment: (_ key: String) -> String) -> String {
    var lines: [String] = []
    switch content {
    case .mapping(let group) where !group.isEmpty:
      write(group, indent: 0, first: "", key: "", comment, to: &lines)
    case .list(let elements) where !elements.isEmpty: write(elements, indent: 0, to: &lines)
    default: lines.append(flowText)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// This tree on one line, as YAML.
  var flowText: String {
    switch content {
    case .list(let elements): "[" + elements.map(\.flowText).joined(separator: ", ") + "]"
    case .mapping(let group):
      "{" + group.pairs.map { "\(YAMLText.scalar($0.name)): \($0.value.flowText)" }.joined(separator: ", ")
        + "}"
    case .text(let text): YAMLText.scalar(text)
    default: plainText
    }
  }

  /// A scalar's letters, without quotes.
  var plainText: String {
    switch content {
    case .missing: "???"
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .integer(let integer): "\(integer)"
    case .number(let number): ScalarText.text(of: number)
    case .text(let text): text
    case .list, .mapping: flowText
    }
  }

  /// - Parameter key: The slash key of the group itself, with a slash behind it where it is not the whole tree.
  private func write(
    _ group: SettingsMapping, indent: Int, first: String, key: String = "",
    _ comment: (String) -> String = { _ in "" }, to lines: inout [String]
  ) {
    let margin = String(repeating: " ", count: indent)
    for (index, (name, value)) in group.pairs.enumerated() {
      lines += Self.comment(comment(key + name), margin: margin)
      let head = (index == 0 && !first.isEmpty ? first : margin) + YAMLText.scalar(name) + ":"
      switch value.content {
      case .mapping(let inner) where !inner.isEmpty:
        lines.append(head)
        let silent = inner.isValue
        value.write(
          inner, indent: indent + 2, first: "", key: "\(key)\(name)/", { silent ? "" : comment($0) },
          to: &lines)
      case .list(let elements) where !elements.isEmpty:
        lines.append(head)
        value.write(elements, indent: indent, to: &lines)
      default:
        lines.append("\(head) \(value.flowText)")
      }
    }
  }

  /// A text as the lines of a comment.
  private static func comment(_ text: String, margin: String) -> [String] {
    var lines: [String] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      if let last = lines.last, last.count + word.count < 100 {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append("\(margin)# \(word)")
      }
    }
    return lines
  }

  private func write(_ elements: [SettingsTree], indent: Int, to lines: inout [String]) {
    let dash = String(repeating: " ", count: indent) + "- "
    for element in elements {
      switch element.content {
      case .mapping(let inner) where !inner.isEmpty:
        element.write(inner, indent: indent + 2, first: dash, to: &lines)
      case .list(let inner) where !inner.isEmpty:
        var nested: [String] = []
        element.write(inner, indent: indent + 2, to: &nested)
        lines.append(dash + nested[0].dropFirst(indent + 2))
        lines += nested.dropFirst()
      default:
        lines.append(dash + element.flowText)
      }
    }
  }
}

extension SettingsTree: CustomStringConvertible {
  /// The YAML on one line.
  public var description: String { flowText }
}

/// Text as a YAML scalar that every YAML 1.1 and 1.2 reader takes for text.
enum YAMLText {
  static func scalar(_ text: String) -> String {
    if text.unicodeScalars.contains(where: needsEscape) {
      return JSONText.quoted(text, escaping: .unreadable)
    }
    if isPlain(text) { return text }
    return "'" + text.replacing("'", with: "''") + "'"
  }

  /// Whether a reader would drop this character or take it for a line's end: control characters and their like.
  static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF: true
    default: false
    }
  }

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
    if "-?:,[]{}#&*!|>'\"%@`=~<. ".unicodeScalars.contains(first) || last == " " || last == ":" {
      return false
    }
    if text.contains(": ") || text.contains(" #") { return false }
    if text.unicodeScalars.contains(where: { ",[]{}".unicodeScalars.contains($0) }) { return false }
    if ("0"..."9").contains(first) || first == "+" { return !looksNumeric(text) }
    return !words.contains(text.lowercased())
  }

  /// Whether any reader could take it for a number, a date, a time or a sexagesimal number.
  private static func looksNumeric(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { "0123456789abcdefABCDEFxXoOtTzZ_+-.: ".unicodeScalars.contains($0) }
  }

  /// YAML 1.1's words for null and truth.
  private static let words: Set<String> = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n",
  ]
}
