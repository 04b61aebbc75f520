import Basics
import Foundation
import Tasks

/// All runs that are kept below a root: `ROOT/results/PROJECT/GROUP/NAME/runs/ID`.
public struct RunStore: Sendable {
  /// The folder that holds `results`, `checkpoints` and `journal`.
  public let root: String

  public init(root: String) { self.root = root }

  /// All runs, the newest first. Folders that hold nothing that a run leaves are left out.
  public var runs: [StoredRun] {
    names.flatMap(runs(of:)).sorted { ($0.began, $0.reference) > ($1.began, $1.reference) }
  }

  /// The runs whose `project/group/name`, last parts of it, or id a pattern describes, the newest first.
  ///
  /// - Parameter pattern: A name, an id or its beginning, or a pattern as shells have it, such as `small-*`.
  public func runs(matching pattern: String) -> [StoredRun] {
    let names = NamePattern(pattern)
    return runs.filter { run in
      guard let names else { return run.isCalled(pattern) }
      return run.calls.contains(where: names.matches)
    }
  }

  /// Whether a word is a pattern, which may describe several runs.
  public static func isPattern(_ word: String) -> Bool { NamePattern(word) != nil }

  /// The names under which there are runs, sorted.
  public var names: [RunName] {
    folders(in: "\(root)/\(ResultFiles.all)").flatMap { project in
      folders(in: "\(root)/\(ResultFiles.all)/\(project)").flatMap { group in
        folders(in: "\(root)/\(ResultFiles.all)/\(project)/\(group)").map {
          RunName(project: project, group: group, name: $0)
        }
      }
    }
  }

  /// The runs of a name in no order: those that are kept and, of a version that kept none, the one at the place of the
  /// latest.
  func runs(of name: RunName) -> [StoredRun] {
    let kept = KeptRuns(folder: folder(of: name))
    let runs = kept.ids.compactMap { try? StoredRun(folder: kept.path($0)) }
    guard let latest = try? StoredRun(folder: kept.folder), latest.result != nil,
      !runs.contains(where: { $0.id == latest.id })
    else { return runs }
    return runs + [latest]
  }

  /// Where the runs of a name lie.
  package func folder(of name: RunName) -> String { "\(root)/\(ResultFiles.all)/\(name)" }

  /// The file of what a run of training under this name measured; `nil` where there is none.
  package func metricsPath(of name: RunName) -> String? {
    let path = "\(folder(of: name))/metrics.jsonl"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  private func folders(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { !$0.hasPrefix(".") && isFolder("\(folder)/\($0)") }.sorted()
  }
}

extension StoredRun {
  /// What a pattern may describe.
  fileprivate var calls: [String] {
    [id, name?.description, name.map { "\($0.group)/\($0.name)" }, name?.name].compactMap { $0 }
  }

  /// Whether a word is the run's name, its id, or the beginning of that.
  fileprivate func isCalled(_ word: String) -> Bool {
    name?.isCalled(word) == true || id?.hasPrefix(word) == true
  }
}
