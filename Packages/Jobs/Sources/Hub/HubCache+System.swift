internal import Files
internal import Foundation

extension HubCache {
  /// Renames, replacing what is there.
  static func move(_ path: String, to destination: String) throws {
    guard rename(path, destination) == 0 else { throw POSIXError.last }
  }

  /// Holds a lock that other processes see, Hugging Face's own included; waits until it is free.
  static func withLock<Result>(
    _ path: String, _ body: () throws(HubError) -> Result
  ) throws(HubError) -> Result {
    try attempt("make the lock '\(path)'") { try makeDirectory(above: path) }
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw HubError(.unwritable, "cannot make the lock '\(path)'") }
    defer { _ = close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { break }  // a file system without locks: go on, renames keep files whole
    }
    return try body()
  }
}
