public import Foundation

/// What the system keeps of a file or folder beside its contents. Symbolic links are followed.
public struct FileStatus: Sendable, Equatable {
  /// In bytes.
  public let size: Int
  public let inode: UInt64
  /// Whether it is a file, and no folder, pipe or device.
  public let isFile: Bool
  /// When its contents were last changed: whole seconds since 1970, and the nanoseconds beyond them.
  public let seconds: Int
  public let nanoseconds: Int

  /// - Returns: `nil` where nothing is at the path, or nothing that may be looked at.
  public init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// The same of an open file, as `fstat` gives it.
  public init(_ status: stat) {
    size = Int(status.st_size)
    inode = UInt64(status.st_ino)
    isFile = status.st_mode & S_IFMT == S_IFREG
    #if canImport(Darwin)
    let time = status.st_mtimespec
    #else
    let time = status.st_mtim
    #endif
    (seconds, nanoseconds) = (Int(time.tv_sec), Int(time.tv_nsec))
  }

  /// When its contents were last changed.
  public var changed: Date { Date(timeIntervalSince1970: Double(seconds) + Double(nanoseconds) / 1e9) }
}
