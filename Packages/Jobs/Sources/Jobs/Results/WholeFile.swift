import Foundation

/// Files that appear complete or not at all.
public enum WholeFile {
  /// Writes to a temporary name beside the goal, flushes to the disk, and renames.
  ///
  /// - Throws: ``JobError`` with the path and the operating system's reason; what stood there before is untouched.
  public static func write(_ text: String, to path: String) throws(JobError) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    removeLeftovers(of: path, in: folder)
    let temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).partial"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      guard FileManager.default.createFile(atPath: temporary, contents: nil),
        let handle = FileHandle(forWritingAtPath: temporary)
      else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
      defer { try? handle.close() }
      try handle.write(contentsOf: Data(text.utf8))
      try handle.synchronize()
      guard rename(temporary, path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    } catch {
      unlink(temporary)
      throw JobError(.usage, "cannot write '\(path)': \(reason(error))")
    }
  }

  /// Temporary files of processes that were killed while they wrote `path`.
  private static func removeLeftovers(of path: String, in folder: String) {
    let start = URL(fileURLWithPath: path).lastPathComponent + "."
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      guard name.hasPrefix(start), name.hasSuffix(".partial"),
        let writer = Int32(name.dropFirst(start.count).dropLast(".partial".count)), kill(writer, 0) != 0,
        errno == ESRCH
      else { continue }
      unlink(folder + "/" + name)
    }
  }
}
