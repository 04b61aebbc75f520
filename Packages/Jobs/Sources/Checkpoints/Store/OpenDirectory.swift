internal import Basics
internal import Files
internal import Foundation
internal import TensorCore

/// A directory that is open: its files stay those of one checkpoint, also when another takes its name meanwhile.
final class OpenDirectory {
  let path: String
  private let descriptor: Int32
  /// Who opens a pipe, which is refused, would wait for who writes to it.
  private static let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK

  init(path: String) throws(CheckpointError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CheckpointError(.unopened(reason: systemReason(POSIXError.last), isThere: false), at: path)
    }
  }

  deinit { close(descriptor) }

  /// Whether another directory, or none, has the name now; then the files of this one may be gone.
  var isReplaced: Bool {
    var (own, other) = (stat(), stat())
    guard fstat(descriptor, &own) == 0, stat(path, &other) == 0 else { return true }
    return own.st_ino != other.st_ino || own.st_dev != other.st_dev
  }

  /// A whole text file; `nil` if there is none.
  ///
  /// - Throws: ``CheckpointError`` if it cannot be read or is not UTF-8.
  func text(_ name: String) throws(CheckpointError) -> String? {
    let file = openat(descriptor, name, Self.flags)
    if file < 0, errno == ENOENT { return nil }
    guard file >= 0 else { throw CheckpointError(.unread, at: "\(path)/\(name)") }
    guard let data = try? FileHandle(fileDescriptor: file, closeOnDealloc: true).readToEnd() ?? Data() else {
      throw CheckpointError(.unread, at: "\(path)/\(name)")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw CheckpointError(.notUTF8, at: "\(path)/\(name)")
    }
    return text
  }

  /// A file's bytes, mapped; `nil` if there is none.
  func contents(_ name: String) throws(CheckpointError) -> CheckpointContents? {
    let file = openat(descriptor, name, Self.flags)
    if file < 0, errno == ENOENT { return nil }
    let path = "\(path)/\(name)"
    guard file >= 0 else {
      throw CheckpointError(.unopened(reason: systemReason(POSIXError.last), isThere: false), at: path)
    }
    defer { close(file) }
    return try .mapping(path) { () throws(MappedFileError) in try MappedFile(descriptor: file, path: path) }
  }
}
