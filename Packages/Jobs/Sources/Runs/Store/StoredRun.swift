import Basics
public import Configurate
import Evaluations
public import Foundation
public import Jobs

/// A run that is kept in a folder: what it was asked, how far it came, and what it came to.
///
///     let store = RunStore(root: "assay")
///     let run = try store.run("small")            // a name, an id or the beginning of one, or a folder
///     let result = try run.finished()             // scores, standard errors, chance, provenance
///     for sample in try run.samples(of: "arc_easy") where sample.isRight == false { … }
public struct StoredRun: Sendable {
  /// Where its files lie: `…/NAME/runs/ID`, or where a caller found them.
  public let folder: String
  /// The time it first began and what it asked, `20261129T184414Z-1a2b3c4d5e6f`; `nil` for a run of a version that kept
  /// one run of each name.
  public let id: String?
  /// `nil` for a folder that lies in no store.
  public let name: RunName?
  /// The root of its store; `nil` for a folder that lies in none.
  public let root: String?
  public let state: RunState
  /// When it began; when it was last changed, where no file says it.
  public let began: Date
  /// What it came to, where it has finished.
  public let result: RunResult?

  /// The run in a folder: `…/NAME/runs/ID`, the latest one of `…/NAME`, or a copy of either that lies elsewhere.
  ///
  /// - Throws: ``JobError`` where nothing is that a run leaves.
  public init(folder: String) throws(JobError) {
    let path = URL(fileURLWithPath: folder).standardizedFileURL
    let isKept = path.deletingLastPathComponent().lastPathComponent == ResultFiles.runs
    let place = RunName.read(
      isKept ? path.deletingLastPathComponent().deletingLastPathComponent().path : path.path)
    self.folder = folder
    (root, name) = (place?.root, place?.name)
    state = try RunState(of: folder, isKept: isKept)
    result = state == .finished ? try RunResult(contentsOf: "\(folder)/\(ResultFiles.results)") : nil
    let id = isKept ? path.lastPathComponent : result?.run.id
    self.id = id
    began = result?.run.started ?? id.flatMap(KeptRuns.began) ?? FileStatus(folder)?.changed ?? .distantPast
  }
}

extension StoredRun {
  /// `project/group/name`, or the folder where it lies in no store.
  public var title: String { name?.description ?? folder }
  /// What a user calls it by in a command: its id, or the folder.
  public var reference: String { id ?? folder }
  /// The same run where it is kept, for one that was found at the place of the latest.
  public var kept: StoredRun {
    guard let id, let run = try? StoredRun(folder: "\(folder)/\(ResultFiles.runs)/\(id)") else { return self }
    return run
  }
  /// The model as it was named; `nil` where no file says it.
  public var model: String? { result?.run.model }
  /// The names of its evaluations, in the order of the run; none for a run that has not finished.
  public var evaluations: [String] { result?.evaluations.map(\.name) ?? [] }
  /// The first so many documents of each evaluation; `nil` for all.
  public var limit: Int? { result?.provenance.documents?.limit }
  /// How many shots stood before each question; `nil` for what each task gives.
  public var shots: Int? { result?.provenance.documents?.shots }

  /// What it came to.
  ///
  /// - Throws: ``JobError`` for a run that has not finished, and for results that cannot be read.
  public func finished() throws(JobError) -> RunResult {
    if let result { return result }
    guard state == .damaged else { throw JobError(.unfinishedRun(title, isAtWork: state == .running)) }
    return try RunResult(contentsOf: "\(folder)/\(ResultFiles.results)")
  }

  /// The settings that it was made under.
  ///
  /// - Throws: ``JobError`` where they are missing, and what reading them throws.
  public func settings() throws -> SettingsTree {
    // Beside the latest results there may stand the settings of a run of training.
    let kept = id.map { "\(folder)/\(ResultFiles.runs)/\($0)/\(ResultFiles.configuration)" }
    let isThere = kept.map { FileManager.default.fileExists(atPath: $0) } ?? false
    let path = isThere ? kept ?? "" : "\(folder)/\(ResultFiles.configuration)"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw JobError(.missingFile(path: path, .record))
    }
    return try SettingsTree(yaml: text, name: path)
  }
}
