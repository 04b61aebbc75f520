/// Levenshtein's distance between lists of words, computed near the diagonal only, and the edits that it counts.
///
/// - Source: sacrebleu 2, `lib_ter.py`.
struct BeamedDistance {
  enum Operation: UInt8 { case keep, replace, delete, insert }

  private(set) var distance: Int
  /// What makes the reference of the hypothesis, from the first word.
  private(set) var operations: [Operation] = []

  private static let beam = 25
  private static let infinity = Int.max / 2

  init(_ hypothesis: [Word], _ reference: [Word]) {
    let width = reference.count + 1
    var costs = [Int](repeating: Self.infinity, count: (hypothesis.count + 1) * width)
    var steps = [Operation](repeating: .insert, count: costs.count)
    for column in 0..<width { costs[column] = column }
    let ratio = hypothesis.isEmpty ? 1 : Double(reference.count) / Double(hypothesis.count)
    let beam =
      Double(Self.beam) < ratio / 2 ? Int((ratio / 2 + Double(Self.beam)).rounded(.up)) : Self.beam
    for row in 1..<(hypothesis.count + 1) {
      let diagonal = Int((Double(row) * ratio).rounded(.down))
      let end = row == hypothesis.count ? width : min(width, diagonal + beam)
      for column in max(0, diagonal - beam)..<max(end, 0, diagonal - beam) {
        let here = row * width + column
        guard column > 0 else {
          costs[here] = costs[here - width] + 1
          steps[here] = .delete
          continue
        }
        let isEqual = hypothesis[row - 1] == reference[column - 1]
        let candidates: [(Int, Operation)] = [
          (costs[here - width - 1] + (isEqual ? 0 : 1), isEqual ? .keep : .replace),
          (costs[here - width] + 1, .delete), (costs[here - 1] + 1, .insert),
        ]
        for (cost, step) in candidates where costs[here] > cost {
          costs[here] = cost
          steps[here] = step
        }
      }
    }
    distance = costs[costs.count - 1]
    var (row, column) = (hypothesis.count, reference.count)
    while row > 0 || column > 0 {
      let step = row == 0 ? .insert : column == 0 ? .delete : steps[row * width + column]
      operations.append(step)
      if step != .insert { row -= 1 }
      if step != .delete { column -= 1 }
    }
    operations.reverse()
  }
}
