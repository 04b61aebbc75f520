import Basics
import Files
import Foundation
import Jobs

extension KeptRuns {
  /// Takes a run away. Where it was the latest, its place goes to the newest finished run that is left.
  ///
  /// - Parameter next: The ids of finished runs that are left, the newest first.
  /// - Throws: ``JobError`` for a run at work, and where the system refuses.
  func delete(_ id: String, next: [String]) throws {
    try FileLock.holding(folder) {
      guard !RunMark.isHeld(in: path(id)) else {
        throw JobError(.unfinishedRun("\(folder)/\(ResultFiles.runs)/\(id)", isAtWork: true))
      }
      let shown = files(of: id).filter { isSame("\(folder)/\($0)", path(id, $0)) }
      // What stands at the place of the latest and is not kept is kept, so the place goes first.
      if shown.contains(ResultFiles.results) { try replace(shown, by: next.first) }
      // Under a hidden name a deletion that is cut short leaves nothing that looks like a run.
      let leaving = Unfinished.name(beside: path(id))
      guard rename(path(id), leaving) == 0 else {
        throw JobError(.unwritable(path: path(id), reason: systemReason(POSIXError.last)))
      }
      try? FileManager.default.removeItem(atPath: leaving)
      rmdir("\(folder)/\(ResultFiles.runs)")  // only where it is empty
      rmdir(folder)
    }
  }

  /// Takes files away from the place of the latest run, and gives it to another run.
  private func replace(_ shown: [String], by id: String?) throws {
    for name in shown.reversed() { try? FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
    for parent in Set(shown.map { parentFolder(of: $0) }) where !parent.isEmpty {
      rmdir("\(folder)/\(parent)")
    }
    if let id { try place(id) }
  }
}
