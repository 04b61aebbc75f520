/// Reads the keys by which a task file is found straight from its lines, where they are written as nearly all files write
/// them: at the beginning of a line, with a scalar, a flow list on one line, or a list of scalars on the next lines.
///
/// Anything else gives `nil`, and the file goes to the YAML parser, which takes twenty times as long.
struct TaskHeaderScan {
  private static let wanted: [[UInt8]] = ["task", "group", "tag", "include"].map { Array($0.utf8) }

  /// - Returns: The values of each key, none for one that says null; `nil` for a file that needs the parser.
  static func values(of bytes: [UInt8]) -> [String: [String]?]? {
    var found: [String: [String]?] = [:]
    var lines = LineReader(bytes)
    var hasKeys = false
    while let line = lines.next() {
      guard let first = line.first, first != space, first != hash, first != carriageReturn else { continue }
      // A list beneath a key that is not looked at may stand at the beginning of its lines.
      if first == hyphen, line.count > 1, line[line.startIndex + 1] == space { continue }
      guard let (key, value) = entry(line) else { return nil }
      hasKeys = true
      guard wanted.contains(where: key.elementsEqual) else {
        guard lines.skip(value) else { return nil }
        continue
      }
      let name = String(decoding: key, as: UTF8.self)
      guard found[name] == nil, let texts = texts(value, &lines) else { return nil }
      found[name] = .some(texts.isNull ? nil : texts.values)
    }
    // A mapping may be indented as a whole.
    return hasKeys ? found : nil
  }

  private static let (space, hash, hyphen, colon) = (
    UInt8(ascii: " "), UInt8(ascii: "#"), UInt8(ascii: "-"), UInt8(ascii: ":")
  )
  private static let (carriageReturn, quote, apostrophe) = (
    UInt8(ascii: "\r"), UInt8(ascii: "\""), UInt8(ascii: "'")
  )

  /// The key and the value of `key: value`.
  private static func entry(_ line: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
    var key = line
    var end: Int
    if let mark = line.first, mark == quote || mark == apostrophe {
      guard let close = line.dropFirst().firstIndex(of: mark), close + 1 < line.endIndex,
        line[close + 1] == colon
      else {
        return nil
      }
      key = line[(line.startIndex + 1)..<close]
      end = close + 1
    } else {
      guard let place = line.firstIndex(of: colon) else { return nil }
      key = line[..<place]
      end = place
    }
    let isName = key.allSatisfy {
      (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 95
    }
    guard !key.isEmpty, isName else { return nil }
    end += 1
    guard end == line.endIndex || line[end] == space || line[end] == carriageReturn else { return nil }
    return (key, trimmed(line[end...]))
  }

  static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text = text.drop { $0 == space }
    while let last = text.last, last == space || last == carriageReturn || last == 9 { text.removeLast() }
    return text
  }

  /// The texts of a value, which may go on in the lines that follow.
  private static func texts(
    _ value: ArraySlice<UInt8>, _ lines: inout LineReader
  ) -> (values: [String], isNull: Bool)? {
    if value.isEmpty || value.first == hash {
      guard let list = list(&lines) else { return nil }
      return (list, list.isEmpty)
    }
    if value.first == UInt8(ascii: "[") {
      guard value.last == UInt8(ascii: "]") else { return nil }
      let inner = trimmed(value.dropFirst().dropLast())
      guard !inner.isEmpty else { return ([], false) }
      let parts = inner.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      let texts = parts.compactMap { scalar(trimmed($0)) }
      return texts.count == parts.count && !lines.isIndented ? (texts, false) : nil
    }
    guard let text = scalar(value), !lines.isIndented else { return nil }
    let isQuoted = value.first == quote || value.first == apostrophe
    return ([text], !isQuoted && ["~", "null", "Null", "NULL"].contains(text))
  }

  /// The scalars of a list on lines of its own; an empty one where no list follows.
  private static func list(_ lines: inout LineReader) -> [String]? {
    var texts: [String] = []
    var indent: Int?
    while let line = lines.peek() {
      let content = trimmed(line)
      if content.isEmpty || content.first == hash {
        _ = lines.next()
        continue
      }
      let width = line.count - line.drop { $0 == space }.count
      guard content.first == hyphen, content.count > 1, content[content.startIndex + 1] == space else {
        return width == 0 ? texts : nil
      }
      guard indent == nil || indent == width else { return nil }
      indent = width
      guard let text = scalar(trimmed(content.dropFirst())) else { return nil }
      texts.append(text)
      _ = lines.next()
    }
    return texts
  }

  /// A plain scalar without anything that YAML reads into it, or a quoted one without escapes.
  private static func scalar(_ value: ArraySlice<UInt8>) -> String? {
    guard let first = value.first else { return nil }
    if first == quote || first == apostrophe {
      guard let close = value.dropFirst().firstIndex(of: first) else { return nil }
      let inner = value[(value.startIndex + 1)..<close]
      let rest = trimmed(value[(close + 1)...])
      guard rest.isEmpty || rest.first == hash, !inner.contains(UInt8(ascii: "\\")) else { return nil }
      return String(validating: inner, as: UTF8.self)
    }
    guard !"[]{},&*!|>%@`?-".utf8.contains(first) else { return nil }
    var text = value
    if let comment = zip(value.indices, value.dropFirst()).first(where: {
      value[$0.0] == space && $0.1 == hash
    }) {
      text = trimmed(value[..<comment.0])
    }
    // A colon and a blank would make it a mapping.
    for (index, next) in zip(text.indices, text.dropFirst()) where text[index] == colon && next == space {
      return nil
    }
    return text.last == colon || text.contains(where: { "[]{}".utf8.contains($0) })
      ? nil : String(validating: text, as: UTF8.self)
  }
}

/// The lines of a file, one ahead.
struct LineReader {
  private let bytes: [UInt8]
  private var start = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next line without its end, without going there.
  func peek() -> ArraySlice<UInt8>? {
    guard start < bytes.count else { return nil }
    let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
    return bytes[start..<end]
  }

  mutating func next() -> ArraySlice<UInt8>? {
    guard let line = peek() else { return nil }
    start = line.endIndex + 1
    return line
  }

  /// Whether the next line that is not blank goes on with the value before it.
  var isIndented: Bool {
    var copy = self
    while let line = copy.next() {
      let content = TaskHeaderScan.trimmed(line)
      if content.isEmpty || content.first == UInt8(ascii: "#") { continue }
      return line.first == UInt8(ascii: " ") || line.first == 9
    }
    return false
  }

  /// Skips the lines of a quoted or bracketed value that does not end on its own; false for brackets, which need the parser.
  mutating func skip(_ value: ArraySlice<UInt8>) -> Bool {
    guard let first = value.first else { return true }
    switch first {
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      return [UInt8(ascii: "]"), UInt8(ascii: "}")].contains(value.last) || isIndented
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      var rest = value.dropFirst()
      while !Self.closes(rest, first) {
        guard let line = next() else { return false }
        rest = line
      }
      return true
    default: return true
    }
  }

  private static func closes(_ text: ArraySlice<UInt8>, _ mark: UInt8) -> Bool {
    var index = text.startIndex
    while index < text.endIndex {
      if mark == UInt8(ascii: "\""), text[index] == UInt8(ascii: "\\") {
        index += 2
        continue
      }
      if text[index] == mark {
        // Two apostrophes are one.
        guard mark == UInt8(ascii: "'"), index + 1 < text.endIndex, text[index + 1] == mark else {
          return true
        }
        index += 1
      }
      index += 1
    }
    return false
  }
}
