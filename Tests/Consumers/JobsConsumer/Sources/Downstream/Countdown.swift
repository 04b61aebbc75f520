import Evaluations
import Jobs

/// Does the model count down? An evaluation of a package of one's own, in less than 20 lines with its registration.
struct Countdown: RolloutEvaluation {
  let name = "countdown"
  let maxNewTokens = 4
  let count = 8

  func get(_ index: Int) -> (prompt: String, expected: String) {
    ("\(index + 3), \(index + 2), \(index + 1), ", "\(index)")
  }

  func check(_ expected: String, _ answer: String) -> Bool { answer.hasPrefix(expected) }
}

func registerCountdown() throws {
  try evaluation("countdown") { Countdown() }
}
