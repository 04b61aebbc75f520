import Basics
import Foundation
public import Jobs

extension RunStore {
  /// One run by what a user calls it.
  ///
  /// - Parameter word: The folder of a run, or of a name, for its latest; an id, or the beginning of one that no other has;
  ///   or a name, `project/group/name` or its last parts, for the latest run of that name.
  /// - Throws: ``JobError`` for a folder without results, with the nearest name where there is no such run, and with those there are where several are
  ///   called so.
  public func run(_ word: String) throws(JobError) -> StoredRun {
    if let run = Self.run(inFolder: word) { return run }
    let names = names.filter { $0.isCalled(word) }
    guard names.count < 2 else { throw JobError(.severalRuns(word, names.map(\.description))) }
    if let name = names.first, let latest = latest(of: name) { return latest }
    let runs = runs
    let called = word.isEmpty ? [] : runs.filter { $0.id?.hasPrefix(word) == true }
    if called.count == 1 { return called[0] }
    guard called.isEmpty else {
      throw JobError(.severalRuns(word, called.map { "\($0.reference) of \($0.title)" }))
    }
    // A folder that is there was meant as one.
    if FileManager.default.fileExists(atPath: word) {
      throw JobError(.notResults(path: word))
    }
    let known = self.names.map(\.description) + runs.compactMap(\.id)
    throw JobError(.unknownRun(word, root: root, nearest: nearestName(to: word, among: known)))
  }

  /// The run in a folder; `nil` where there is no folder, or nothing in it that runs leave.
  private static func run(inFolder path: String) -> StoredRun? {
    guard !path.isEmpty else { return nil }
    if let run = try? StoredRun(folder: path) { return run }
    let kept = KeptRuns(folder: path)
    return kept.ids.lazy.compactMap { try? StoredRun(folder: kept.path($0)) }.first
  }

  /// The run at the place of the latest, or else the newest of all.
  private func latest(of name: RunName) -> StoredRun? {
    let runs = runs(of: name)
    let results = "\(folder(of: name))/\(ResultFiles.results)"
    let shown = (try? RunResult(contentsOf: results))?.run.id
    return runs.first { $0.id == shown } ?? runs.max { $0.began < $1.began }
  }
}
