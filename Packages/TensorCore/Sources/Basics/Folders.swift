public import Foundation

/// Whether a folder is at this path.
public func isFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
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
    let parent = (path as NSString).deletingLastPathComponent
    guard !parent.isEmpty, parent != path else { throw POSIXError(.ENOENT) }
    try createFolder(parent)
    // Another process may have been faster.
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
  case let code: throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO)
  }
}
