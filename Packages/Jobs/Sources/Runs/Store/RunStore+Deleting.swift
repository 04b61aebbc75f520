import Basics
import Foundation
import Jobs

extension RunStore {
  /// Takes a run and its files away. Where it was the latest of its name, the newest finished run that is left takes its
  /// place. Responses stay in the journal.
  ///
  /// - Throws: `JobError` for a run at work, for one of another store, and where the system refuses.
  public func delete(_ run: StoredRun) throws {
    guard let name = run.name, let root = run.root, Self.isSame(root, self.root) else {
      throw JobError(.notResults(path: run.folder))
    }
    let kept = KeptRuns(folder: folder(of: name))
    let before = kept.ids
    var id = run.id
    if id.map(before.contains) != true {
      // The run of a version that kept none is kept first, under an id that is made for it.
      try kept.keepStrays()
      id = kept.ids.first { !before.contains($0) }
    }
    guard let id else { return }
    let left = runs(of: name).filter { $0.state == .finished && $0.id != id }.sorted { $0.began > $1.began }
    try kept.delete(id, next: left.compactMap(\.id))
  }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    URL(fileURLWithPath: one).standardizedFileURL.path == URL(fileURLWithPath: other).standardizedFileURL.path
  }
}

extension StoredRun {
  /// Whether a process is at work on it, be it that an earlier one has finished it.
  public var isAtWork: Bool { RunMark.isHeld(in: folder) }

  /// How many bytes its files have.
  public var bytes: Int {
    let files = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return files.reduce(0) { $0 + (FileStatus("\(folder)/\($1)")?.size ?? 0) }
  }
}
