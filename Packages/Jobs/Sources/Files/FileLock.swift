import Digests
import Foundation

/// Keeps ranks of one host, be they threads or processes, from making the same file at the same time.
package enum FileLock {
  /// Runs `body` while no one else on this host holds the lock of `path`.
  ///
  /// The lock is a file in the system's folder for temporary files. Where it cannot be had, `body` runs without: files are
  /// written whole, so that work is done twice and nothing is damaged.
  package static func holding<Result>(_ path: String, _ body: () throws -> Result) rethrows -> Result {
    let name = Digest.sha256(of: URL(fileURLWithPath: path).standardized.path)
    let lock = open(
      NSTemporaryDirectory() + "/assay-\(name.prefix(32)).lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    defer { if lock >= 0 { close(lock) } }
    if lock >= 0 { flock(lock, LOCK_EX) }
    return try body()
  }
}
