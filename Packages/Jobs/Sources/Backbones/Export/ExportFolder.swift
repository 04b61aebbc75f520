import Basics
import Files
import Foundation
import Jobs

/// A folder that appears complete or not at all.
enum ExportFolder {
  /// - Parameter body: Writes what belongs into the folder into the one that it is given.
  /// - Throws: ``JobError`` where something is there already or the system refuses; what `body` throws.
  static func write(to folder: String, _ body: (String) throws -> Void) throws {
    let files = FileManager.default
    guard (try? files.contentsOfDirectory(atPath: folder))?.isEmpty ?? !files.fileExists(atPath: folder)
    else {
      throw JobError(.occupied(path: folder, .folder))
    }
    let partial = Unfinished.name(beside: folder)
    do {
      try createFolder(partial)
    } catch {
      throw JobError(.folder(path: folder, isResults: false, reason: systemReason(error), isThere: false))
    }
    do {
      try body(partial)
      try? files.removeItem(atPath: folder)
      guard rename(partial, folder) == 0 else {
        throw JobError(.unwritable(path: folder, reason: systemReason(POSIXError.last)))
      }
    } catch {
      try? files.removeItem(atPath: partial)
      throw error
    }
  }
}
