import Foundation
import Templating

/// Answers of several spans as DROP compares them: each with the best of the others, and numbers must agree.
///
/// - Source: Dua et al. 2019, *DROP*, its evaluation script.
public struct SpanScore: Sendable, Equatable {
  /// 1 where the spans are the same in any order.
  public var exact: Double
  /// Rounded to two digits, as the script has it.
  public var f1: Double

  public init(_ answer: [String], _ reference: [String]) {
    let (own, other) = (answer.map { Word(Self.normalized($0)) }, reference.map { Word(Self.normalized($0)) })
    exact = Set(own) == Set(other) && own.count == other.count ? 1 : 0
    f1 = Self.rounded(Self.aligned(own.map { Set(words($0.text)) }, other.map { Set(words($0.text)) }))
  }

  /// `round(x, 2)` of numpy: x · 100 to the even whole number, over 100.
  private static func rounded(_ number: Double) -> Double {
    (number * 100).rounded(.toNearestOrEven) / 100
  }

  /// The mean over spans of the best assignment.
  private static func aligned(_ own: [Set<Word>], _ other: [Set<Word>]) -> Double {
    let scores = other.map { gold in own.map { agrees($0, gold) ? f1($0, gold) : 0 } }
    return Assignment.best(scores) / Double(max(own.count, other.count, 1))
  }

  private static func f1(_ own: Set<Word>, _ other: Set<Word>) -> Double {
    let both = Double(own.intersection(other).count)
    let precision = own.isEmpty ? 1 : both / Double(own.count)
    let recall = other.isEmpty ? 1 : both / Double(other.count)
    return precision == 0 && recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
  }

  private static func agrees(_ own: Set<Word>, _ gold: Set<Word>) -> Bool {
    let numbers = gold.filter { PythonFloat.parsed($0.text) != nil }
    return numbers.isEmpty || !numbers.isDisjoint(with: own.filter { PythonFloat.parsed($0.text) != nil })
  }

  static func normalized(_ span: String) -> String {
    let tokens = PythonText.lower(span).unicodeScalars
      .split(omittingEmptySubsequences: false) { $0 == " " || $0 == "-" }.map { token -> String in
        var text = String(token)
        if PythonFloat.parsed(text) == nil { text = String(token.filter { !isASCIIPunctuation($0) }) }
        if let number = PythonFloat.parsed(text) { text = TemplateValue.float(number).text }
        return AnswerWords.withoutArticles(text.unicodeScalars).map(\.text).joined(separator: " ")
      }
    return tokens.filter { !$0.isEmpty }.joined(separator: " ")
  }
}

/// The assignment of rows to columns with the greatest sum.
///
/// - Source: Kuhn 1955, *The Hungarian method*, with potentials.
enum Assignment {
  /// - Parameter scores: Rows of equal length; none is negative.
  static func best(_ scores: [[Double]]) -> Double {
    guard let columns = scores.first?.count, columns > 0 else { return 0 }
    let size = max(scores.count, columns)
    func cost(_ row: Int, _ column: Int) -> Double {
      row < scores.count && column < columns ? -scores[row][column] : 0
    }
    var (rowPotential, columnPotential) = (
      [Double](repeating: 0, count: size + 1), [Double](repeating: 0, count: size + 1)
    )
    var rowOf = [Int](repeating: 0, count: size + 1)
    for row in 1...size {
      rowOf[0] = row
      var column = 0
      var least = [Double](repeating: .infinity, count: size + 1)
      var used = [Bool](repeating: false, count: size + 1)
      var previous = [Int](repeating: 0, count: size + 1)
      repeat {
        used[column] = true
        var (delta, next) = (Double.infinity, 0)
        for other in 1...size where !used[other] {
          let reduced =
            cost(rowOf[column] - 1, other - 1) - rowPotential[rowOf[column]] - columnPotential[other]
          if reduced < least[other] { (least[other], previous[other]) = (reduced, column) }
          if least[other] < delta { (delta, next) = (least[other], other) }
        }
        for other in 0...size {
          if used[other] {
            rowPotential[rowOf[other]] += delta
            columnPotential[other] -= delta
          } else {
            least[other] -= delta
          }
        }
        column = next
      } while rowOf[column] != 0
      repeat {
        rowOf[column] = rowOf[previous[column]]
        column = previous[column]
      } while column != 0
    }
    return (1...size).reduce(0) { $0 - cost(rowOf[$1] - 1, $1 - 1) }
  }
}
