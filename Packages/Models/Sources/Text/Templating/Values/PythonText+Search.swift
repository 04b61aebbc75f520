/// Searching and cutting. UTF-8 keeps code points apart, so bytes are compared.
extension PythonText {
  package static func contains(_ text: String, _ needle: String) -> Bool {
    ByteSearch(Array(needle.utf8)).first(in: Array(text.utf8), from: 0) != nil
  }

  /// How often a text that is not empty stands in another, without overlaps.
  static func occurrences(of needle: String, in text: String) -> Int {
    let bytes = Array(text.utf8)
    let search = ByteSearch(Array(needle.utf8))
    var (count, start) = (0, 0)
    while let place = search.first(in: bytes, from: start) {
      (count, start) = (count + 1, place + search.count)
    }
    return count
  }

  /// Where `needle` stands first, or last, in code points.
  static func place(of needle: String, in text: String, fromEnd: Bool) -> Int? {
    if fromEnd {
      let distance = place(of: backwards(needle), in: backwards(text), fromEnd: false)
      return distance.map { text.unicodeScalars.count - $0 - needle.unicodeScalars.count }
    }
    let bytes = Array(text.utf8)
    let place = ByteSearch(Array(needle.utf8)).first(in: bytes, from: 0)
    return place.map { bytes[..<$0].count { $0 & 0xC0 != 0x80 } }
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
    let (bytes, replacement) = (Array(text.utf8), Array(new.utf8))
    let search = ByteSearch(Array(old.utf8))
    var (result, start): ([UInt8], Int) = ([], 0)
    while remaining > 0, let place = search.first(in: bytes, from: start) {
      result += bytes[start..<place]
      result += replacement
      (start, remaining) = (place + search.count, remaining - 1)
    }
    return String(decoding: result + bytes[start...], as: UTF8.self)
  }

  /// `str.split(separator, limit)` for a separator that is not empty.
  public static func split(_ text: String, by separator: String, limit: Int = -1) -> [String] {
    let bytes = Array(text.utf8)
    let search = ByteSearch(Array(separator.utf8))
    var pieces: [String] = []
    var start = 0
    while limit < 0 || pieces.count < limit, let place = search.first(in: bytes, from: start) {
      pieces.append(String(decoding: bytes[start..<place], as: UTF8.self))
      start = place + search.count
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
  public static func words(_ text: String, limit: Int = -1) -> [String] {
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
