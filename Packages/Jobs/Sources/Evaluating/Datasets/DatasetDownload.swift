import Files
import Foundation
import Hub
import Jobs
import Tasks
import Templating

/// Gets the splits that tasks need and nobody has from the Hub, as JSON lines in the data root.
enum DatasetDownload {
  /// Writes a split whole to `path`; a download that breaks leaves nothing. Of several ranks that want it, the first gets
  /// it and the others wait.
  ///
  /// - Throws: `HubError`; ``JobError`` for a path that cannot be written.
  static func fetch(
    _ dataset: String, _ configuration: String?, _ split: String, to path: String,
    progress: @escaping @Sendable (JobProgress) -> Void
  ) throws {
    try FileLock.holding(path) {
      guard !FileManager.default.fileExists(atPath: path) else { return }
      try download(dataset, configuration, split, to: path, progress)
    }
  }

  private static func download(
    _ dataset: String, _ configuration: String?, _ split: String, to path: String,
    _ progress: @Sendable (JobProgress) -> Void
  ) throws {
    var lines = ""
    try HubDataset(dataset, HubSettings()).pages(of: split, configuration: configuration) {
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
    else {
      throw HubError(.damaged, "a page of data set '\(dataset)' has no rows")
    }
    return try rows.map { entry in
      guard case .dictionary(let entry) = entry, let row = entry["row"] else {
        throw HubError(.damaged, "a page of data set '\(dataset)' has no rows")
      }
      if case .list(let cells)? = entry["truncated_cells"], !cells.isEmpty {
        throw HubError(.missing, "the Hub cuts long texts of data set '\(dataset)'")
      }
      return try row.json()
    }
  }
}
