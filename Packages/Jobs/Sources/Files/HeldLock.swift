import Basics
import Foundation

/// A lock on a file that is held until the object goes, or its process dies.
package final class HeldLock {
  private let descriptor: Int32

  /// - Returns: `nil` where another holds it.
  /// - Throws: ``FileError`` where the file cannot be made.
  package init?(path: String) throws(FileError) {
    descriptor = try Self.opened(path)
    // A disk without locks refuses for another reason; then there is no protection, and work goes on.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return nil }
  }

  /// A lock that others may share, and that keeps away those who want it alone.
  ///
  /// - Throws: ``FileError`` where the file cannot be made.
  package init(sharing path: String) throws(FileError) {
    descriptor = try Self.opened(path)
    // Those who want it alone have it for a moment only.
    while flock(descriptor, LOCK_SH) != 0, errno == EINTR {}
  }

  /// Whether any process holds the lock. A file that is not there is not made.
  package static func isHeld(path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  private static func opened(_ path: String) throws(FileError) -> Int32 {
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(path: path, reason: systemReason(POSIXError.last)) }
    return descriptor
  }

  deinit { close(descriptor) }
}
