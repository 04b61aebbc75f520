internal import Basics
internal import Files
internal import Foundation

extension HubCache {
  /// Renames, replacing what is there.
  static func move(_ path: String, to destination: String) throws {
    guard rename(path, destination) == 0 else { throw POSIXError.last }
  }

  static func remove(_ path: String) { unlink(path) }

  /// Makes the folders between the cache and `path`.
  ///
  /// - Throws: ``HubError`` also where one of them is a symbolic link, since its target would choose where files are written.
  func makeFolder(above path: String) throws(HubError) {
    var place = root
    for part in path.dropFirst(root.count).split(separator: "/").dropLast() {
      place += "/\(part)"
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: place)
      guard target == nil else { throw HubError(.symbolicLink(place)) }
    }
    let folder = place
    try Self.attempt("make the folder '\(folder)'") {
      try createFolder(folder)
    }
  }

  /// Holds the lock of a blob, which other processes see, Hugging Face's own included; waits until it is free.
  ///
  /// Its file stays, as Hugging Face's tools leave theirs: one that waits for a lock whose file is removed would hold another
  /// lock than the next process.
  func withLock<Result>(
    _ etag: String, _ body: () throws(HubError) -> Result
  ) throws(HubError) -> Result {
    let path = lockFile(etag)
    do throws(HubError) { try makeFolder(above: path) } catch {
      guard case .unwritable(_, let reason) = error.kind else { throw error }
      throw HubError(.unwritable(action: "make the lock '\(path)'", reason: reason))
    }
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else {
      throw HubError(.unwritable(action: "make the lock '\(path)'", reason: systemReason(POSIXError.last)))
    }
    defer { _ = close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { break }  // a file system without locks: go on, renames keep files whole
    }
    return try body()
  }
}
