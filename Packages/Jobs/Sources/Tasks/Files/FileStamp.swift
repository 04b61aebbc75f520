import Basics

#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// When a file or folder last changed, and how large it is. While both stay, it need not be read again.
struct FileStamp: Sendable, Equatable {
  var size: Int
  var seconds: Int
  var nanoseconds: Int

  /// - Returns: `nil` for what is not there.
  init?(path: String) {
    guard let status = FileStatus(path) else { return nil }
    self.init(status)
  }

  private init(_ status: FileStatus) {
    (size, seconds, nanoseconds) = (status.size, status.seconds, status.nanoseconds)
  }

  init(size: Int, seconds: Int, nanoseconds: Int) {
    (self.size, self.seconds, self.nanoseconds) = (size, seconds, nanoseconds)
  }

  /// The bytes of a file, with its stamp, by a third of the calls that `FileManager` makes.
  ///
  /// - Returns: `nil` for what is not there, is no file or holds more than `most` bytes.
  static func contents(ofFile path: String, most: Int) -> (bytes: [UInt8], stamp: FileStamp)? {
    let file = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var kept = stat()
    guard unsafe fstat(file, &kept) == 0 else { return nil }
    let status = FileStatus(kept)
    let size = status.size
    guard status.isFile, size <= most else { return nil }
    var isWhole = true
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let taken = unsafe read(file, buffer.baseAddress! + count, size - count)
        guard taken > 0 else {
          isWhole = false
          return
        }
        count += taken
      }
    }
    return isWhole ? (bytes, FileStamp(status)) : nil
  }
}
