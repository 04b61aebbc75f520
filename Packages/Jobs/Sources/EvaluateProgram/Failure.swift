import Jobs
import Sharding

/// The sentence of a command that failed, and the code with which it ends.
struct Failure {
  let sentence: String
  let code: Int32

  /// - Returns: `nil` for an error of the argument parser.
  init?(_ error: any Error) {
    switch error {
    case let failure as RankFailure:
      // All ranks fail alike where the fault is the user's; which was first does not matter then.
      sentence = failure.rank == 0 ? "\(Failure.text(of: failure.error))" : "\(failure)"
      code = exitCode(for: failure.error) ?? JobError.Fault.internalError.rawValue
    default:
      guard let code = exitCode(for: error) else { return nil }
      sentence = Failure.text(of: error)
      self.code = code
    }
  }

  /// The sentence of an error; of a rank that failed, its own.
  private static func text(of error: any Error) -> String {
    guard let error = error as? CommunicatorError, case .rankFailed(let rank, let message, _) = error.reason
    else {
      return "\(error)"
    }
    return rank == 0 ? message : "rank \(rank): \(message)"
  }
}
