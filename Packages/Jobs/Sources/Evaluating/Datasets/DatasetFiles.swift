import Basics
import Documents
import Files
import Foundation
import Hub
import Jobs

/// Gets the files of a split through the Hub's cache, and links them where the data root has its place.
struct DatasetFiles {
  private let client: HubClient
  private let dataset: String
  private let configuration: String?
  private let split: String

  init(
    _ dataset: String, _ configuration: String?, _ split: String, _ settings: HubSettings,
    progress: @escaping @Sendable (JobProgress) -> Void
  ) {
    (self.dataset, self.configuration, self.split) = (dataset, configuration, split)
    client = HubClient(settings) { state in
      let activity = "downloading \(dataset), \(state.file)"
      progress(JobProgress(activity, unit: "bytes", completed: state.bytes, total: state.total ?? 0))
    }
  }

  /// Links the files, numbered in their order, into a new folder that appears whole.
  ///
  /// - Returns: Whether the Hub has the split as files that are read here.
  /// - Throws: `HubError` for what the Hub refuses, and for a transfer that fails.
  func link(into folder: String) throws -> Bool {
    guard let paths = try own() ?? converted() else { return false }
    let unfinished = Unfinished.name(beside: folder)
    let manager = FileManager.default
    do {
      try createFolder(unfinished)
      for (index, path) in paths.enumerated() {
        let number = String(format: "%05ld", index)
        let endings = (path as NSString).lastPathComponent.split(separator: ".").dropFirst().suffix(2)
        let ending =
          DocumentFile.form(of: path) == endings.last.map(String.init) ? endings.suffix(1) : endings
        try manager.createSymbolicLink(
          atPath: "\(unfinished)/\(number).\(ending.joined(separator: "."))",
          withDestinationPath: URL(fileURLWithPath: path).path)
      }
      try? manager.removeItem(atPath: folder)  // links that lead nowhere any more
      try manager.moveItem(atPath: unfinished, toPath: folder)
    } catch {
      try? manager.removeItem(atPath: unfinished)
      throw JobError(.unwritable(path: folder, reason: systemReason(error)))
    }
    return true
  }

  /// The files that the data set's authors put there, by its card and its names.
  private func own() throws -> [String]? {
    let files = try client.files(ofDataset: dataset)
    var card: String?
    if files.names.contains("README.md") {
      card = try String(contentsOfFile: client.fetch(["README.md"], of: files)[0], encoding: .utf8)
    }
    let layout = DatasetLayout(files: files.names, card: card)
    guard let names = try? layout.files(of: split, configuration: configuration),
      names.allSatisfy(DatasetLayout.isData)
    else { return nil }
    return try client.fetch(names, of: files)
  }

  /// The files that the Hub made of it, where a script loads it or its own files are of another form.
  private func converted() throws -> [String]? {
    guard let files = try convertedListing() else { return nil }
    let names = files.names.filter { $0.hasSuffix(".parquet") }
    let configurations = Set(names.compactMap { $0.split(separator: "/").first.map(String.init) }).sorted()
    let name = configuration ?? (configurations.count == 1 ? configurations[0] : "default")
    // Of a data set that is too large there is `partial-SPLIT`, which is not the split.
    let found = names.filter { $0.hasPrefix("\(name)/\(split)/") }.sorted()
    return found.isEmpty ? nil : try client.fetch(found, of: files)
  }

  private func convertedListing() throws(HubError) -> HubDatasetFiles? {
    do throws(HubError) {
      return try client.files(ofDataset: dataset, revision: HubClient.parquetBranch)
    } catch {
      guard error.remedy == .missing else { throw error }
      return nil
    }
  }
}
