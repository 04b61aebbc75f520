internal import Basics
internal import Files
internal import Foundation

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

/// A whole text file; `nil` if there is none.
///
/// - Throws: ``CheckpointError`` if it cannot be read or is not UTF-8.
func readText(_ path: String) throws(CheckpointError) -> String? {
  guard exists(path) else { return nil }
  guard let data = FileManager.default.contents(atPath: path) else {
    throw CheckpointError(.unread, at: path)
  }
  guard let text = String(data: data, encoding: .utf8) else {
    throw CheckpointError(.notUTF8, at: path)
  }
  return text
}

/// Makes a directory and those above it.
func makeDirectory(_ path: String) throws(CheckpointError) {
  if mkdir(path, 0o777) == 0 || isFolder(path) { return }
  let parent = split(path).directory
  if errno == ENOENT, parent != path {
    try makeDirectory(parent)
    if mkdir(path, 0o777) == 0 || isFolder(path) { return }
  }
  throw systemError(.makeDirectory, path)
}

/// Writes a whole file or nothing.
func writeWhole(_ text: String, to path: String) throws(CheckpointError) {
  do { try WholeFile.write(Data(text.utf8), to: path) } catch {
    throw CheckpointError(.unwritable(.writeFile, reason: error.reason), at: error.path)
  }
}

/// The directory and the last component of a path.
func split(_ path: String) -> (directory: String, name: String) {
  let url = URL(fileURLWithPath: path)
  return (url.deletingLastPathComponent().path, url.lastPathComponent)
}

/// Waits until a file or directory is on the disk.
func synchronize(_ path: String) throws(CheckpointError) {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw systemError(.writeFile, path) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw systemError(.writeFile, path) }
}

/// Renames, replacing a file that is there, and waits until the directory is on the disk.
func move(_ path: String, to destination: String) throws(CheckpointError) {
  guard rename(path, destination) == 0 else { throw systemError(.writeFile, destination) }
  try synchronize(split(destination).directory)
}

/// What the last call of the system failed with.
func systemError(_ action: CheckpointError.WriteAction, _ path: String) -> CheckpointError {
  CheckpointError(.unwritable(action, reason: systemReason(POSIXError.last)), at: path)
}

/// Takes a file or directory away, if it is there.
func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

/// - Throws: ``CheckpointError`` if `directory` is not there or does not let this process write.
func checkWritable(_ directory: String, for path: String) throws(CheckpointError) {
  guard access(directory, W_OK | X_OK) == 0 else { throw systemError(.writeFile, path) }
}

/// Puts `replacement` where `directory` is and takes the old one away: in one step where the system can exchange two
/// names, so that at no time there is neither.
func replace(_ directory: String, by replacement: String) throws(CheckpointError) {
  guard exists(directory) else { return try move(replacement, to: directory) }
  if !exchange(replacement, directory) {
    let old = Unfinished.name(beside: directory)
    try move(directory, to: old)
    try move(replacement, to: directory)
    remove(old)
  }
  try synchronize(split(directory).directory)
  remove(replacement)  // after an exchange, the old one
}

/// Linux's `renameat2` with `RENAME_EXCHANGE`, looked up by name: C declares it only to programs that define
/// `_GNU_SOURCE`, which Swift does not.
private func exchange(_ first: String, _ second: String) -> Bool {
  typealias Function =
    @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
  guard let symbol = dlsym(nil, "renameat2") else { return false }
  return unsafeBitCast(symbol, to: Function.self)(AT_FDCWD, first, AT_FDCWD, second, 2) == 0
}
