import Digests
import Foundation

/// Keeps ranks of one host, be they threads or processes, from making the same file at the same time.
package enum FileLock {
  /// Runs `body` while no one else on this host holds the lock of `path`.
  ///
  /// The lock is a file in the system's folder for temporary files, of this user, which goes with the last holder. Where it
  /// cannot be had, `body` runs without: files are written whole, so that work is done twice and nothing is damaged.
  package static func holding<Result>(_ path: String, _ body: () throws -> Result) rethrows -> Result {
    let file = file(of: path)
    let lock = acquire(file)
    defer {
      if lock >= 0 {
        unlink(file)  // while it is held: a waiting process then finds it gone, and creates a new one
        close(lock)
      }
    }
    return try body()
  }

  static func file(of path: String) -> String {
    let name = Digest.sha256(of: URL(fileURLWithPath: path).standardized.path)
    return NSTemporaryDirectory() + "/assay-\(getuid())-\(name.prefix(32)).lock"
  }

  /// A descriptor that holds the lock of the file that now has this name; negative where there is none to be had.
  private static func acquire(_ file: String) -> Int32 {
    while true {
      let lock = open(file, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard lock >= 0 else { return lock }
      while flock(lock, LOCK_EX) != 0 {
        guard errno == EINTR else { return lock }  // a file system without locks
      }
      if isSame(lock, file) { return lock }
      close(lock)
    }
  }

  /// Whether `file` still is what was opened: the holder before may have removed it.
  private static func isSame(_ descriptor: Int32, _ file: String) -> Bool {
    var (opened, named) = (stat(), stat())
    return fstat(descriptor, &opened) == 0 && lstat(file, &named) == 0
      && opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
  }
}
