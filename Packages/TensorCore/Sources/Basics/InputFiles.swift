public import Foundation

/// Why what stands at a path cannot be read as a file: `it is a folder, expected a regular file`, for example; `nil` where it
/// can, and where nothing has this name.
///
/// A file that may be missing must not be taken for missing where it is there: in a cache that was emptied, links lead nowhere.
public func fileFault(_ path: String) -> String? {
  var status = stat()
  guard lstat(path, &status) == 0 else { return nil }
  guard stat(path, &status) == 0 else {
    return errno == ENOENT ? "it is a link to what is not there" : systemReason(POSIXError.last)
  }
  if let fault = fileFault(ofMode: status.st_mode, path) { return fault }
  return access(path, R_OK) == 0 ? nil : systemReason(POSIXError.last)
}

/// The same of what is open already.
///
/// A named pipe would keep its reader waiting for who writes to it, and a device need not end. What a shell hands over open is
/// read: `/dev/stdin`, and the `/dev/fd/63` that it puts in place of `<(…)`.
///
/// - Parameter mode: The `st_mode` of the file's status.
public func fileFault(ofMode mode: mode_t, _ path: String) -> String? {
  let isHanded = ["/dev/stdin", "/dev/fd/", "/proc/self/fd/"].contains(where: path.hasPrefix)
  let found: String
  switch mode & S_IFMT {
  case S_IFREG: return nil
  case S_IFIFO, S_IFSOCK:
    if isHanded { return nil }
    found = mode & S_IFMT == S_IFIFO ? "a pipe" : "a socket"
  case S_IFDIR: found = "a folder"
  default: found = "a device"
  }
  return "it is \(found), expected a regular file"
}

/// A file that cannot be opened, with the reason.
public struct InputFileError: ReportableError, Sendable, Equatable {
  public let path: String
  public let reason: String
  /// Whether nothing has this name.
  public let isMissing: Bool

  public init(path: String, reason: String, isMissing: Bool = false) {
    (self.path, self.reason, self.isMissing) = (path, reason, isMissing)
  }

  public var fault: Fault { isMissing ? .missingInput : .badData }

  public var description: String { "cannot read '\(path)': \(reason)" }
}

/// Opens a file that is read from its beginning to its end: a regular one, or what a shell hands over open, which can be read
/// once.
///
/// - Throws: ``InputFileError`` for a file that is missing, that may not be read, or that is a folder, a pipe or a device.
public func openInput(_ path: String) throws(InputFileError) -> FileHandle {
  // Who opens a pipe to read it waits for who writes to it.
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else {
    let reason = POSIXError.last
    let isMissing = [.ENOENT, .ENOTDIR].contains(reason.code)
    throw InputFileError(
      path: path, reason: fileFault(path) ?? systemReason(reason),
      isMissing: isMissing && fileFault(path) == nil)
  }
  let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  var status = stat()
  guard fstat(descriptor, &status) == 0 else {
    throw InputFileError(path: path, reason: systemReason(POSIXError.last))
  }
  if let fault = fileFault(ofMode: status.st_mode, path) {
    throw InputFileError(path: path, reason: fault)
  }
  // From here on a reader waits for what comes.
  _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
  return handle
}

/// The bytes of a file that ``openInput(_:)`` opens.
///
/// - Parameter most: How many bytes what is no regular file may give.
/// - Throws: ``InputFileError``.
public func inputContents(_ path: String, most: Int = 1 << 26) throws(InputFileError) -> Data {
  let handle = try openInput(path)
  do {
    var status = stat()
    let isRegular = fstat(handle.fileDescriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    guard !isRegular else { return try handle.readToEnd() ?? Data() }
    var bytes = Data()
    while bytes.count <= most, let next = try handle.read(upToCount: 1 << 16), !next.isEmpty { bytes += next }
    if bytes.count <= most { return bytes }
  } catch {
    throw InputFileError(path: path, reason: systemReason(error))
  }
  throw InputFileError(path: path, reason: "it gives more than \(most) bytes")
}

extension POSIXError {
  /// The system's latest.
  fileprivate static var last: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
