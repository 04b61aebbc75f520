import Evaluations

/// Three ids of 1 … 4 and the mark 5; the right answer is the three ids again.
struct CopyTask: RolloutEvaluation {
  let name = "copy_task"
  let maxNewTokens = 3
  let count = 64

  func get(_ index: Int) -> (prompt: String, expected: String) {
    let ids = [index / 16, index / 4 % 4, index % 4].map { String($0 + 1) }.joined(separator: " ")
    return (ids + " 5", ids)
  }

  func check(_ expected: String, _ answer: String) -> Bool { expected == answer }

  /// The part of the ids that are right.
  func score(_ expected: String, _ answer: String) -> Double {
    let pairs = zip(expected.split(separator: " "), answer.split(separator: " "))
    return Double(pairs.count { $0 == $1 }) / 3
  }
}
