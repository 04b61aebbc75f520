import Basics
package import Foundation

/// Files that appear complete or not at all.
package enum WholeFile {
  /// Writes under a name beside `path`, flushes to the disk, and renames. The folder is made where it is missing.
  ///
  /// What is no file there, such as `/dev/stdout` or a pipe, is written to as it stands: a rename would replace it.
  ///
  /// - Throws: ``FileError``; what stood there before is untouched.
  package static func write(_ data: Data, to path: String) throws(FileError) {
    guard !isDevice(path) else {
      do { try write(data, toDevice: path) } catch {
        throw FileError(path: path, reason: systemReason(error))
      }
      return
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let temporary = Unfinished.name(beside: path)
    do {
      try createFolder(folder.path)
      let file = try FileHandle.creating(temporary)
      defer { try? file.close() }
      try file.write(contentsOf: data)
      try file.synchronize()
      guard rename(temporary, path) == 0 else { throw POSIXError.last }
      let names = try FileHandle(forReadingFrom: folder)
      defer { try? names.close() }
      try names.synchronize()
    } catch {
      unlink(temporary)
      throw FileError(path: path, reason: systemReason(error))
    }
  }

  /// Whether something is there that takes bytes and is no file: a device, a pipe or a socket.
  private static func isDevice(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

  private static func write(_ data: Data, toDevice path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw POSIXError.last }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try file.write(contentsOf: data)
    try file.close()
  }
}

extension FileHandle {
  /// A new, empty file to write and read, under a name that nothing has: neither a file nor a symbolic link is followed.
  ///
  /// Foundation's own ways to make a file write it under another name first, which stays behind when the process is
  /// killed.
  package static func creating(_ path: String) throws -> FileHandle {
    try opening(path, O_RDWR | O_CREAT | O_EXCL)
  }

  /// A file to write, made where there is none, as it is where there is one. A symbolic link is not followed.
  package static func continuing(_ path: String) throws -> FileHandle {
    try opening(path, O_WRONLY | O_CREAT)
  }

  /// A file at whose end each write adds, made where there is none.
  package static func appending(_ path: String) throws -> FileHandle {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw POSIXError.last }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  private static func opening(_ path: String, _ flags: Int32) throws -> FileHandle {
    let descriptor = open(path, flags | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw POSIXError.last }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }
}

extension POSIXError {
  /// What the last call of the system failed with.
  package static var last: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
