import Basics
import Foundation

/// A lock on a file that is held until the object goes, or its process dies.
package final class HeldLock {
  private let descriptor: Int32

  /// - Returns: `nil` where another holds it.
  /// - Throws: ``FileError`` where the file cannot be made.
  package init?(path: String) throws(FileError) {
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(path: path, reason: systemReason(POSIXError.last)) }
    self.descriptor = descriptor
    // A disk without locks refuses for another reason; then there is no protection, and work goes on.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return nil }
  }

  deinit { close(descriptor) }
}
