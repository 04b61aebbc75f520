public import Foundation

/// Whether a folder is at this path.
public func isFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}

/// Why what stands at a path cannot be read as a file: `it is a folder`, for example; `nil` where it can, and where nothing has
/// this name.
///
/// A file that may be missing must not be taken for missing where it is there: in a cache that was emptied, links lead nowhere.
public func fileFault(_ path: String) -> String? {
  var status = stat()
  guard lstat(path, &status) == 0 else { return nil }
  guard stat(path, &status) == 0 else {
    return errno == ENOENT ? "it is a link to what is not there" : systemReason(POSIXError.last)
  }
  switch status.st_mode & S_IFMT {
  case S_IFREG: return access(path, R_OK) == 0 ? nil : systemReason(POSIXError.last)
  case S_IFDIR: return "it is a folder"
  default: return "it is no regular file"
  }
}

extension POSIXError {
  /// The system's latest.
  fileprivate static var last: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}

/// The folder that a file or folder of this path lies in: empty for a name alone, `/` for what is in the root.
///
/// Foundation's `deletingLastPathComponent` of a text traps on names of one character.
public func parentFolder(of path: String) -> String {
  var rest = path[...]
  while rest.count > 1, rest.last == "/" { rest.removeLast() }
  guard let slash = rest.lastIndex(of: "/") else { return "" }
  var folder = rest[..<slash]
  while folder.last == "/" { folder.removeLast() }
  return folder.isEmpty ? "/" : String(folder)
}

/// Makes a folder, and those it lies in, unless it is there.
///
/// - Throws: The system's reason. Foundation's own call gives none where a file stands in a folder's place.
public func createFolder(_ path: String) throws(POSIXError) {
  guard mkdir(path, 0o777) != 0 else { return }
  switch errno {
  case EEXIST:
    guard isFolder(path) else { throw POSIXError(.ENOTDIR) }
  case ENOENT:
    let parent = parentFolder(of: path)
    guard !parent.isEmpty, parent != path else { throw POSIXError(.ENOENT) }
    try createFolder(parent)
    // Another process may have been faster.
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
  case let code: throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO)
  }
}
