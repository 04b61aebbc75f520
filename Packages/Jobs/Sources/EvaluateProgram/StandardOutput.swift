import Foundation
import Synchronization

/// Standard output, which carries results only, and on which no write that fails goes unnoticed.
enum StandardOutput {
  /// The exit code of a process that could not write its results to standard output: `EX_IOERR` of `sysexits.h`.
  static let failureCode: Int32 = 74

  private static let failure = Mutex<OutputError?>(nil)

  static func write(_ text: String) {
    failure.withLock { failure in
      guard failure == nil else { return }
      do { try FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) } catch {
        let number = Self.number(of: error) ?? errno
        failure = OutputError(reason: String(cString: strerror(number)))
      }
    }
  }

  /// - Throws: The first error of ``write(_:)``.
  static func check() throws(OutputError) {
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  /// The system's number for why a write failed.
  private static func number(of error: any Error) -> Int32? {
    let error = error as NSError
    if error.domain == NSPOSIXErrorDomain { return Int32(error.code) }
    return (error.userInfo[NSUnderlyingErrorKey] as? NSError).map { Int32($0.code) }
  }
}

/// Standard output that cannot be written.
struct OutputError: Error, Equatable, CustomStringConvertible {
  /// The system's words.
  var reason: String

  var description: String {
    "cannot write to standard output: \(reason.prefix(1).lowercased() + reason.dropFirst())"
  }
}

/// Prints by way of ``StandardOutput``, in place of Swift's function of this name, which ignores failures.
func print(_ item: some CustomStringConvertible, terminator: String = "\n") {
  StandardOutput.write(item.description + terminator)
}
