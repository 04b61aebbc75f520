public import Foundation

/// Whether a folder is at this path.
public func isFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
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
