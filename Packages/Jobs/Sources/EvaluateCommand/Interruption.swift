import Foundation
import Jobs
import Journal

/// What becomes of a run that is told to stop: the answers that are being written are written, and it ends with the code
/// that says "try again".
enum Interruption {
  /// Listens to SIGTERM and SIGINT from now on.
  ///
  /// - Parameter speaks: Whether this process says what happened.
  static func watch(speaks: Bool) {
    for (number, name) in [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInitiated))
      source.setEventHandler {
        Journal.betweenTransactions {
          if speaks {
            standardError.write(
              "error: stopped by \(name); what was answered is in the journal, and the same command goes on from there\n"
            )
          }
          _exit(JobError.Fault.tryAgain.rawValue)
        }
      }
      source.resume()
      _ = Unmanaged.passRetained(source as AnyObject)  // it listens as long as the process lives
    }
  }
}
