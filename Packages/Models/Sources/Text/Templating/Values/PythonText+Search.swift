/// Searching and cutting. UTF-8 keeps code points apart, so bytes are compared.
extension PythonText {
  /// The first place at or after `start` where `needle` stands in `bytes`.
  static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard needle.count <= bytes.count - start else { return nil }
    guard let first = needle.first else { return start }
    var index = start
    while index <= bytes.count - needle.count {
      if bytes[index] == first, bytes[index..<(index + needle.count)].elementsEqual(needle) { return index }
      index += 1
    }
    return nil
  }

  package static func contains(_ text: String, _ needle: String) -> Bool {
    find(Array(needle.utf8), in: Array(text.utf8), from: 0) != nil
  }

  package static func hasPrefix(_ text: String, _ prefix: String) -> Bool {
    text.utf8.starts(with: prefix.utf8)
  }

  package static func hasSuffix(_ text: String, _ suffix: String) -> Bool {
    text.utf8.count >= suffix.utf8.count && text.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }

  /// `str.replace`; an empty `old` stands before every code point and at the end.
  public static func replaced(_ text: String, _ old: String, with new: String, limit: Int = -1) -> String {
    var remaining = limit < 0 ? Int.max : limit
    guard !old.isEmpty else {
      var result = ""
      for scalar in text.unicodeScalars {
        if remaining > 0 {
          result += new
          remaining -= 1
        }
        result.unicodeScalars.append(scalar)
      }
      return remaining > 0 ? result + new : result
    }
    let pieces = split(text, by: old, limit: remaining)
    return pieces.joined(separator: new)
  }

  /// `str.split(separator, limit)` for a separator that is not empty.
  public static func split(_ text: String, by separator: String, limit: Int = -1) -> [String] {
    let bytes = Array(text.utf8)
    let needle = Array(separator.utf8)
    var pieces: [String] = []
    var start = 0
    while limit < 0 || pieces.count < limit, let place = find(needle, in: bytes, from: start) {
      pieces.append(String(decoding: bytes[start..<place], as: UTF8.self))
      start = place + needle.count
    }
    pieces.append(String(decoding: bytes[start...], as: UTF8.self))
    return pieces
  }

  /// `str.rsplit(separator, limit)` for a separator that is not empty.
  static func splitFromEnd(_ text: String, by separator: String, limit: Int) -> [String] {
    let reversed = split(backwards(text), by: backwards(separator), limit: limit)
    return reversed.reversed().map(backwards)
  }

  /// `str.split(None, limit)`: by runs of blanks, without empty pieces.
  static func words(_ text: String, limit: Int = -1) -> [String] {
    var words: [String] = []
    var rest = text.unicodeScalars.drop(while: isSpace)
    while !rest.isEmpty {
      if limit >= 0, words.count == limit {
        words.append(String(rest))
        break
      }
      let word = rest.prefix { !isSpace($0) }
      words.append(String(word))
      rest = rest.dropFirst(word.count).drop(while: isSpace)
    }
    return words
  }

  static func wordsFromEnd(_ text: String, limit: Int) -> [String] {
    words(backwards(text), limit: limit).reversed().map(backwards)
  }

  private static func backwards(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    result.append(contentsOf: text.unicodeScalars.reversed())
    return String(result)
  }
}
