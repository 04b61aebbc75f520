/// Normal form C of ``UnicodeVersion/normalForm``: characters and their marks in one order, composed where one character has both.
///
/// - Source: Unicode Standard Annex #15; for Hangul The Unicode Standard, §3.12.
enum NormalFormC {
  /// - Parameter bytes: Valid UTF-8.
  /// - Returns: The form C of `bytes[range]` in UTF-8, or `nil` if that is what they are already.
  static func normalized(_ bytes: [UInt8], in range: Range<Int>) -> [UInt8]? {
    guard bytes[range].contains(where: { $0 >= 0xCC }) else { return nil }  // nothing from U+0300 on
    let text = String(decoding: bytes[range], as: UTF8.self)
    let tables = CanonicalTables.shared
    guard text.unicodeScalars.contains(where: { !tables.isInert($0.value) }) else { return nil }
    return composed(decomposed(text, tables), tables)
  }

  /// A character and its combining class.
  private typealias Mark = (value: UInt32, order: UInt8)

  private static func decomposed(_ text: String, _ tables: CanonicalTables) -> [Mark] {
    var marks: [Mark] = []
    for scalar in text.unicodeScalars {
      if let syllable = Hangul.decomposition(of: scalar.value) {
        for value in syllable { marks.append((value, 0)) }
        continue
      }
      for value in tables.decompositions[scalar.value] ?? [scalar.value] {
        marks.append((value, CanonicalTables.combiningClass(of: value)))
      }
    }
    order(&marks)
    return marks
  }

  /// Sorts each run of marks by class; marks of one class keep their order.
  private static func order(_ marks: inout [Mark]) {
    var start = 0
    while start < marks.count {
      var stop = start
      while stop < marks.count, marks[stop].order > 0 { stop += 1 }
      if stop - start > 1 {
        let run = marks[start..<stop].enumerated().sorted {
          ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
        }
        marks.replaceSubrange(start..<stop, with: run.map(\.element))
      }
      start = stop + 1
    }
  }

  private static func composed(_ marks: [Mark], _ tables: CanonicalTables) -> [UInt8] {
    var output: [Mark] = []
    var starter: Int?  // in output
    for mark in marks {
      if let starter {
        // Blocked by anything between that is not of a lower class.
        let isAdjacent = output.count == starter + 1
        if isAdjacent || (output[output.count - 1].order < mark.order && output[output.count - 1].order > 0),
          let value = composition(output[starter].value, mark.value, tables)
        {
          output[starter].value = value
          continue
        }
      }
      if mark.order == 0 { starter = output.count }
      output.append(mark)
    }
    var text = String.UnicodeScalarView()
    for mark in output { if let scalar = Unicode.Scalar(mark.value) { text.append(scalar) } }
    return Array(String(text).utf8)
  }

  private static func composition(_ first: UInt32, _ second: UInt32, _ tables: CanonicalTables) -> UInt32? {
    Hangul.composition(of: first, second) ?? tables.compositions[CanonicalTables.key(first, second)]
  }
}

/// Syllables of modern Hangul, which are computed from their letters.
private enum Hangul {
  private static let (syllables, leads, vowels, tails): (UInt32, UInt32, UInt32, UInt32) = (
    0xAC00, 0x1100, 0x1161, 0x11A7
  )
  private static let (vowelCount, tailCount): (UInt32, UInt32) = (21, 28)
  private static let count: UInt32 = 19 * 21 * 28

  static func decomposition(of value: UInt32) -> [UInt32]? {
    guard value >= syllables, value < syllables + count else { return nil }
    let index = value - syllables
    let parts = [leads + index / (vowelCount * tailCount), vowels + index / tailCount % vowelCount]
    return index % tailCount == 0 ? parts : parts + [tails + index % tailCount]
  }

  static func composition(of first: UInt32, _ second: UInt32) -> UInt32? {
    if first >= leads, first < leads + 19, second >= vowels, second < vowels + vowelCount {
      return syllables + ((first - leads) * vowelCount + second - vowels) * tailCount
    }
    guard first >= syllables, first < syllables + count, (first - syllables) % tailCount == 0, second > tails,
      second < tails + tailCount
    else { return nil }
    return first + second - tails
  }
}
