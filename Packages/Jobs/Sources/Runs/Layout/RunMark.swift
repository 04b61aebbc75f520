import Basics
import Files
import Foundation
import Jobs

/// Marks a run that is at work, so that others can tell it from one that was killed: `runs/ID/.lock`, locked until the
/// object goes or its process dies.
///
/// Two processes that run the same share the mark.
package final class RunMark {
  private let folder: String
  private let lock: HeldLock

  /// - Throws: `FileError` where the folder's files cannot be made.
  init(folder: String) throws(FileError) {
    self.folder = folder
    lock = try HeldLock(sharing: Self.path(folder))
  }

  deinit { unlink(Self.path(folder)) }

  /// Takes away what a run that failed has begun, unless an earlier one has finished there.
  package func abandon() {
    guard !FileManager.default.fileExists(atPath: "\(folder)/\(ResultFiles.results)") else { return }
    try? FileManager.default.removeItem(atPath: folder)
    rmdir(URL(fileURLWithPath: folder).deletingLastPathComponent().path)  // only where it is empty
  }

  /// Whether a run in this folder is at work.
  static func isHeld(in folder: String) -> Bool { HeldLock.isHeld(path: path(folder)) }

  private static func path(_ folder: String) -> String { "\(folder)/.lock" }
}

extension KeptRuns {
  /// Makes the folder of a run with its settings, and marks the run as being at work.
  ///
  /// - Throws: `FileError` where the system refuses.
  package func begin(_ id: String, settings: String) throws -> RunMark {
    try WholeFile.write(settings, to: path(id, ResultFiles.configuration))
    return try RunMark(folder: path(id))
  }
}
