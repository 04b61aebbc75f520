import Basics
import Foundation
import Jobs
import Journals
import Synchronization

/// What becomes of a run that SIGTERM or SIGINT asks to stop: what it has is on the disk, and it ends with the code that
/// says "try again".
enum Interruption {
  /// From now on a signal ends the process between two transactions of the journal.
  ///
  /// - Parameters:
  ///   - prints: Whether this process prints what happened.
  ///   - ending: Called with the signal's name before the process ends.
  static func endsEvaluation(prints: Bool, ending: @escaping @Sendable (_ signal: String) -> Void = { _ in })
  {
    listen { name in
      Journal.betweenTransactions {
        ending(name)
        if prints {
          standardError.write(
            "error: stopped by \(name); what was answered is in the journal, and the same command resumes the run\n"
          )
        }
        _exit(Fault.tryAgain.rawValue)
      }
    }
  }

  /// From now on a signal ends a run of training after its update, and a second one ends the process at once.
  ///
  /// - Parameter prints: Whether this process prints what will happen.
  static func endsTraining(prints: Bool) {
    listen { name in
      if askedToStop.exchange(true, ordering: .relaxed) { _exit(Fault.tryAgain.rawValue) }
      if prints {
        standardError.write(
          "\(name): a checkpoint is saved after this update; once more ends the run without\n")
      }
    }
  }

  /// From now on a signal calls `stop`, and a second one ends the process at once.
  static func endsServer(_ stop: @escaping @Sendable () -> Void) {
    listen { name in
      if askedToStop.exchange(true, ordering: .relaxed) { _exit(Fault.tryAgain.rawValue) }
      standardError.write(
        "\(name): requests under way are answered, others refused; once more ends at once\n")
      stop()
    }
  }

  /// Whether a signal has asked a run of training to stop.
  static var isAskedToStop: Bool { askedToStop.load(ordering: .relaxed) }

  private static let askedToStop = Atomic(false)

  private static func listen(_ body: @escaping @Sendable (_ name: String) -> Void) {
    for (number, name) in [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInitiated))
      source.setEventHandler { body(name) }
      source.resume()
      _ = Unmanaged.passRetained(source as AnyObject)  // it listens as long as the process lives
    }
  }
}
