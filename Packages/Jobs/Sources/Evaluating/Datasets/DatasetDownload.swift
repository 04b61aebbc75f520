import Basics
import Documents
import Files
import Foundation
import Hub
import Jobs
import Tasks
import Templating

/// Gets splits that tasks need and the data root lacks from the Hub: as files in its cache, linked into the data root, or from
/// the server of rows as JSON lines.
enum DatasetDownload {
  /// Puts a split whole to `path`, or into the folder of that name without its ending; a download that breaks leaves nothing.
  /// Of several ranks that want it, the first fetches it and the others wait.
  ///
  /// - Throws: `HubError` where the Hub does not have it; `TaskError` where it may have it later, or sent what it should not,
  ///   or where a name would lead out of the data root; ``JobError`` for a path that cannot be written.
  static func fetch(
    _ dataset: String, _ configuration: String?, _ split: String, to path: String,
    progress: @escaping @Sendable (JobProgress) -> Void
  ) throws {
    try FileLock.holding(path) {
      let folder = (path as NSString).deletingPathExtension
      guard !isThere(path, folder) else { return }
      do {
        let settings = try HubSettings()
        let files = DatasetFiles(dataset, configuration, split, settings, progress: progress)
        if !settings.isDatasetServerGiven, try files.link(into: folder) { return }
        try download(dataset, configuration, split, settings, to: path, progress)
      } catch let error as HubError {
        throw taskError(error, "split '\(split)' of '\(dataset)' is not at '\(path)' and") ?? error
      }
    }
  }

  /// Whether another rank has fetched the split while this one waited; links may lead to a cache that was emptied.
  private static func isThere(_ path: String, _ folder: String) -> Bool {
    let manager = FileManager.default
    let names = ((try? manager.contentsOfDirectory(atPath: folder)) ?? []).filter(DatasetLayout.isData)
    return manager.fileExists(atPath: path)
      || !names.isEmpty && names.allSatisfy { manager.fileExists(atPath: "\(folder)/\($0)") }
  }

  /// The error that ends a run; `nil` where the report of what is missing names it.
  private static func taskError(_ error: HubError, _ what: String) -> TaskError? {
    switch error.remedy {
    case .transfer: TaskError(.download(what: what, ErrorCause(error), isTransient: true))
    case .damaged: TaskError(.download(what: what, ErrorCause(error), isTransient: false))
    case .request: TaskError(.underlying(ErrorCause(error)))
    case .missing, .unauthorized, .unwritable: nil
    }
  }

  private static func download(
    _ dataset: String, _ configuration: String?, _ split: String, _ settings: HubSettings, to path: String,
    _ progress: @Sendable (JobProgress) -> Void
  ) throws {
    var lines = ""
    try HubDataset(dataset, settings).pages(of: split, configuration: configuration) {
      json, rows, total in
      for row in try Self.rows(ofPage: json, of: dataset) { lines += row + "\n" }
      progress(
        JobProgress("downloading \(dataset), \(split)", unit: "rows", completed: rows, total: total))
    }
    try WholeFile.write(lines, to: path)
  }

  /// The rows of a page, each an object on one line with its keys in the data set's order.
  private static func rows(ofPage json: String, of dataset: String) throws -> [String] {
    guard case .dictionary(let page) = try TemplateValue(json: json), case .list(let rows)? = page["rows"]
    else { throw HubError(.wrongRows(dataset: dataset, .missing)) }
    return try rows.map { entry in
      guard case .dictionary(let entry) = entry, let row = entry["row"] else {
        throw HubError(.wrongRows(dataset: dataset, .missing))
      }
      if case .list(let cells)? = entry["truncated_cells"], !cells.isEmpty {
        throw HubError(.cutTexts(dataset: dataset))
      }
      return try row.json()
    }
  }
}
