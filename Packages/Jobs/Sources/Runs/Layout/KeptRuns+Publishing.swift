import Basics
import Digests
import Files
import Foundation
package import Jobs

extension KeptRuns {
  /// Gives the place of the latest run to a run.
  ///
  /// What stands there and is not kept is kept first. While the files change there is no `results.json`.
  ///
  /// - Parameter finish: Writes the run's own `results.json`, once all its other files are in place.
  /// - Throws: ``JobError`` where the system refuses.
  package func publish(_ id: String, finish: (() throws -> Void)? = nil) throws {
    try FileLock.holding(folder) { try place(id, finish: finish) }
  }

  /// What ``publish(_:finish:)`` does while it holds the lock.
  func place(_ id: String, finish: (() throws -> Void)? = nil) throws {
    try keepStrays()
    // A run that is made again has its results still to write.
    guard finish != nil || !isPublished(id) else { return }
    let manager = FileManager.default
    try? manager.removeItem(atPath: "\(folder)/\(ResultFiles.results)")
    removeKeptPlots()
    let own = files(of: id).filter { $0 != ResultFiles.results }
    for name in standing where ResultFiles.isSamples(name) && !own.contains(name) {
      try? manager.removeItem(atPath: "\(folder)/\(name)")
    }
    for file in own { try place(file, of: id) }
    try finish?()
    try place(ResultFiles.results, of: id)
  }

  private func isPublished(_ id: String) -> Bool {
    let files = files(of: id)
    return files.last == ResultFiles.results && files.allSatisfy { isSame("\(folder)/\($0)", path(id, $0)) }
      && standing.allSatisfy { !ResultFiles.isSamples($0) || files.contains($0) }
  }

  /// Keeps the files of a run that stand at the place of the latest and are not kept: those of an earlier version, or of a
  /// run of training, whose settings stand there.
  ///
  /// - Throws: ``JobError`` where the system refuses.
  package func keepStrays() throws(JobError) {
    let ids = ids
    let strays = standing.filter { name in
      !ids.contains { isSame("\(folder)/\(name)", path($0, name)) }
    }
    guard !strays.isEmpty else { return }
    let id = strayID(strays)
    do {
      try createFolder(path(id))
      // What makes the folder a run comes last.
      for name in strays.filter({ $0 != ResultFiles.results }) + strays.filter({ $0 == ResultFiles.results })
      {
        guard rename("\(folder)/\(name)", path(id, name)) == 0 else { throw POSIXError.last }
      }
    } catch { throw JobError(.unwritable(path: path(id), reason: systemReason(error))) }
  }

  /// Takes away figures of evaluations, which are kept, and leaves those of training.
  private func removeKeptPlots() {
    let ids = ids
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(ResultFiles.plots)")) ?? []
    for name in names.map({ "\(ResultFiles.plots)/\($0)" })
    where ids.contains(where: { isSame("\(folder)/\(name)", path($0, name)) }) {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  /// What of a run's own files stands at the place of the latest.
  private var standing: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
      $0 == ResultFiles.results || $0 == ResultFiles.configuration || ResultFiles.isSamples($0)
    }.sorted()
  }

  /// By the contents, so that a move that was cut short goes on to the same folder.
  private func strayID(_ strays: [String]) -> String {
    let first = "\(folder)/\(strays.contains(ResultFiles.results) ? ResultFiles.results : strays[0])"
    let contents = FileManager.default.contents(atPath: first) ?? Data()
    let changed = FileStatus(first)?.changed
    let digest = Digest(.sha256)
    digest.update(contents)
    return Self.newID(changed ?? Date(), String(digest.hexadecimal().prefix(12)))
  }

  func isSame(_ first: String, _ second: String) -> Bool {
    var (a, b) = (stat(), stat())
    guard stat(first, &a) == 0, stat(second, &b) == 0, a.st_size == b.st_size else { return false }
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino
      || FileManager.default.contentsEqual(atPath: first, andPath: second)
  }

  private func place(_ file: String, of id: String) throws(JobError) {
    let (source, target) = (path(id, file), "\(folder)/\(file)")
    let temporary = Unfinished.name(beside: target)
    do {
      try createFolder(URL(fileURLWithPath: target).deletingLastPathComponent().path)
      if link(source, temporary) != 0 { try FileManager.default.copyItem(atPath: source, toPath: temporary) }
      // Renaming one link of a file to another does nothing, so that the temporary one is left.
      guard rename(temporary, target) == 0 else { throw POSIXError.last }
      unlink(temporary)
    } catch {
      unlink(temporary)
      throw JobError(.unwritable(path: target, reason: systemReason(error)))
    }
  }
}
