import ArgumentParser
import Basics
import Sharding

/// The sentence of a command that failed, and the code with which it ends.
struct Failure {
  let sentence: String
  let code: Int32
  /// Whether each rank has it by itself, as a process has that is given no valid place.
  let isOfEachRank: Bool

  /// - Returns: `nil` for what the argument parser answers itself: its own errors, help, the version.
  init?(_ error: any Error) {
    guard error is any ReportableError || RootCommand.exitCode(for: error) == .failure else { return nil }
    sentence = Failure.text(of: error)
    code = Fault(of: error).rawValue
    isOfEachRank = error is TopologyError
  }

  /// The sentence of an error; of one that failed on the first rank, the error's own.
  private static func text(of error: any Error) -> String {
    switch error {
    // All ranks fail alike where the fault is the user's; which was first does not matter then.
    case let failure as RankFailure where failure.rank == 0: return text(of: failure.error)
    case let error as CommunicatorError:
      guard case .rankFailed(let rank, let message, _) = error.reason else { return "\(error)" }
      return rank == 0 ? message : "rank \(rank): \(message)"
    default: return "\(error)"
    }
  }
}
