#if canImport(Glibc)
public import Basics
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that could not be mapped, with the system's reason.
public struct MappedFileError: ReportableError, Sendable, Equatable {
  public let path: String
  public let reason: String
  /// The system's error number, or 0 where the file is of a kind that cannot be mapped.
  public let code: Int32

  public var fault: Fault { code == ENOENT ? .missingInput : .badData }

  public var description: String { "cannot map '\(path)': \(reason)" }
}

extension MappedFileError {
  /// What the last call of the system failed with.
  fileprivate init(lastOf path: String) {
    let code = errno
    self.init(path: path, reason: String(cString: strerror(code)).lowercased(), code: code)
  }
}

/// A whole file, mapped read-only into memory for as long as this object or a tensor over it lives.
///
/// The file must keep its size meanwhile: reading a page that a truncation took away ends the process.
public final class MappedFile: Sendable {
  public let path: String
  /// The file's size when it was mapped, in bytes.
  public let byteCount: Int
  private let base: UInt

  /// - Throws: ``MappedFileError`` if `path` is missing, not readable, or no regular file.
  public convenience init(path: String) throws(MappedFileError) {
    // A pipe, which is refused, would keep the caller waiting for who writes to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw MappedFileError(lastOf: path) }
    defer { close(descriptor) }
    try self.init(descriptor: descriptor, path: path)
  }

  /// Maps a file that is open, which the caller closes whenever it likes.
  ///
  /// - Parameter path: Names the file in errors.
  /// - Throws: ``MappedFileError`` if it is not readable, or no regular file.
  public init(descriptor: Int32, path: String) throws(MappedFileError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw MappedFileError(lastOf: path) }
    // What a shell hands over open cannot be mapped either.
    if let fault = fileFault(ofMode: status.st_mode, "") {
      throw MappedFileError(path: path, reason: fault, code: 0)
    }
    let size = Int(status.st_size)
    var base = UInt(0)
    if size > 0 {  // an empty mapping is an error of mmap, an empty file is none of ours
      guard let mapping = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), mapping != MAP_FAILED else {
        throw MappedFileError(lastOf: path)
      }
      base = UInt(bitPattern: mapping)
    }
    self.path = path
    self.byteCount = size
    self.base = base
  }

  deinit {
    if byteCount > 0 { munmap(UnsafeMutableRawPointer(bitPattern: base), byteCount) }
  }

  /// The first byte; for an empty file a non-null address that must not be read.
  var address: UnsafeRawPointer {
    UnsafeRawPointer(bitPattern: base) ?? UnsafeRawPointer(bitPattern: UInt(Storage.alignment))!
  }

  /// Runs `body` on all bytes of the file.
  public func withBytes<R>(_ body: (RawSpan) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) {
      try body(RawSpan(_unsafeStart: address, byteCount: byteCount))
    }
  }

  /// Gives back the memory of pages that lie wholly in a range: it stops counting as this process's, and they are read
  /// again when they are needed. For ranges that have been worked through.
  ///
  /// - Parameter range: In bytes of the file; what leaves it is ignored.
  public func release(_ range: Range<Int>) {
    let range = range.clamped(to: 0..<byteCount)
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let first = (range.lowerBound + page - 1) / page * page
    // The last page of the file ends with it.
    let end = range.upperBound == byteCount ? byteCount : range.upperBound / page * page
    guard first < end else { return }
    madvise(UnsafeMutableRawPointer(bitPattern: base + UInt(first)), end - first, MADV_DONTNEED)
  }
}
