import Basics
import Foundation
import Synchronization

/// Standard output, which carries results only, and on which no write that fails goes unnoticed.
enum StandardOutput {
  private static let failure = Mutex<OutputError?>(nil)

  static func write(_ text: String) {
    failure.withLock { failure in
      guard failure == nil else { return }
      do { try FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) } catch {
        failure = OutputError(reason: systemReason(error))
      }
    }
  }

  /// - Throws: The first error of ``write(_:)``.
  static func check() throws(OutputError) {
    if let failure = failure.withLock({ $0 }) { throw failure }
  }
}

/// Standard output that cannot be written.
struct OutputError: ReportableError, Equatable {
  /// The system's words.
  var reason: String

  var fault: Fault { .output }

  var description: String { "cannot write to standard output: \(reason)" }
}

/// Prints by way of ``StandardOutput``, in place of Swift's function of this name, which ignores failures.
func print(_ item: some CustomStringConvertible, terminator: String = "\n") {
  StandardOutput.write(item.description + terminator)
}
