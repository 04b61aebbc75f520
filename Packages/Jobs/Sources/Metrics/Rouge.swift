import Templating

/// How much of a reference an answer has: runs of words, or their longest common subsequence.
///
/// - Source: Lin 2004, *ROUGE*; Google's `rouge_score` without a stemmer.
public enum Rouge {
  /// F of runs of `length` words.
  public static func n(_ length: Int, _ answer: String, _ reference: String) -> Double {
    let (own, other) = (counts(words(answer).runs(of: length)), counts(words(reference).runs(of: length)))
    let both = other.reduce(0) { $0 + min($1.value, own[$1.key] ?? 0) }
    return f(
      precision: Double(both) / Double(max(own.values.reduce(0, +), 1)),
      recall: Double(both) / Double(max(other.values.reduce(0, +), 1)))
  }

  /// F of the longest common subsequence of the whole texts.
  public static func longest(_ answer: String, _ reference: String) -> Double {
    let (own, other) = (words(answer), words(reference))
    guard !own.isEmpty, !other.isEmpty else { return 0 }
    let length = Double(Subsequence(other, own).length)
    return f(precision: length / Double(own.count), recall: length / Double(other.count))
  }

  /// F of the words that each line of the reference has in common with all lines of the answer, each counted once.
  public static func longestOfLines(_ answer: String, _ reference: String) -> Double {
    let (own, other) = (lines(answer), lines(reference))
    var left = (own: counts(own.joined()), other: counts(other.joined()))
    let sizes = (own: own.joined().count, other: other.joined().count)
    guard sizes.own > 0, sizes.other > 0 else { return 0 }
    var hits = 0
    for line in other {
      let union = own.reduce(into: Set<Int>()) { $0.formUnion(Subsequence(line, $1).positions) }
      for word in union.sorted().map({ line[$0] })
      where left.own[word, default: 0] > 0 && left.other[word, default: 0] > 0 {
        hits += 1
        left.own[word, default: 0] -= 1
        left.other[word, default: 0] -= 1
      }
    }
    return f(precision: Double(hits) / Double(sizes.own), recall: Double(hits) / Double(sizes.other))
  }

  private static func f(precision: Double, recall: Double) -> Double {
    precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
  }

  private static func lines(_ text: String) -> [[String]] {
    text.unicodeScalars.split(separator: "\n").map { words(String($0)) }
  }

  /// Runs of ASCII letters and digits, small.
  private static func words(_ text: String) -> [String] {
    PythonText.lower(text).unicodeScalars
      .split { !("a"..."z").contains($0) && !("0"..."9").contains($0) }.map { String($0) }
  }
}

/// The longest common subsequence of two lists of words, and which of the first it takes.
private struct Subsequence {
  private(set) var length: Int
  private(set) var positions: [Int] = []

  init(_ first: [String], _ second: [String]) {
    let width = second.count + 1
    var table = [Int](repeating: 0, count: (first.count + 1) * width)
    for row in 0..<first.count {
      for column in 0..<second.count {
        let here = (row + 1) * width + column + 1
        table[here] =
          first[row] == second[column]
          ? table[here - width - 1] + 1 : max(table[here - width], table[here - 1])
      }
    }
    length = table[table.count - 1]
    var (row, column) = (first.count, second.count)
    while row > 0, column > 0 {
      let here = row * width + column
      if first[row - 1] == second[column - 1] {
        positions.append(row - 1)
        row -= 1
        column -= 1
      } else if table[here - 1] > table[here - width] {
        column -= 1
      } else {
        row -= 1
      }
    }
    positions.reverse()
  }
}
