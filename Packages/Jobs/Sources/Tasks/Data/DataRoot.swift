import Documents
import Foundation
import Templating

/// Gets a split of a data set: its name, its configuration, the split, and a path for JSON lines. It is written there, or into a
/// folder of that name without the ending, which then holds the files of the split.
public typealias DatasetFetch =
  @Sendable (_ dataset: String, _ configuration: String?, _ split: String, _ path: String) throws -> Void

/// A folder of data sets: `ROOT/<data set's path, or its last part>/[<its name>/]<split>.<ending>`.
struct DataRoot: Sendable {
  let path: String
  /// Gets a split that is not there. A ``TaskError`` of it ends the run; other errors are part of the report of what is missing.
  var fetch: DatasetFetch?

  /// The documents of a split, each with the fields that it has itself.
  ///
  /// - Parameter limit: How many documents are wanted at most, where a file can be read in part.
  /// - Throws: ``TaskError`` that says where the split was looked for and how to get it, or what is wrong in its file.
  func documents(
    of dataset: TaskFile.Dataset, split: String, limit: Int? = nil
  ) throws(TaskError) -> [TemplateDictionary] {
    try checkNames(of: dataset, split: split)
    var documents: [TemplateDictionary] = []
    for file in try files(of: dataset, split: split) {
      do throws(DocumentError) {
        documents += try DocumentFile.read(file, limit: limit, header: dataset.header)
      } catch {
        throw TaskError(.documents(error))
      }
      if let limit, documents.count >= limit { break }
    }
    return NumberColumns.unified(documents)
  }

  /// Refuses names in a task file that lead out of the data root: what is fetched is written within it. An absolute path
  /// names local data to read, as it does for lm-evaluation-harness, and nothing is fetched for it.
  private func checkNames(of dataset: TaskFile.Dataset, split: String) throws(TaskError) {
    var names = [("dataset_path", dataset.path), ("split", split)]
    if let name = dataset.name { names.append(("dataset_name", name)) }
    for (key, name) in names where !isWithin(name, takesAbsolute: key == "dataset_path") {
      throw TaskError(.outsideDataRoot(key: key, found: name, root: path))
    }
    // Without a name of its own, a split would be all that lies in the data set's folder.
    let isNamed = !dataset.path.isEmpty && split.split(separator: "/").contains { $0 != "." }
    guard isNamed else {
      throw TaskError(
        .value(
          key: dataset.path.isEmpty ? "dataset_path" : "split", expected: "a name",
          found: "'\(dataset.path.isEmpty ? "" : split)'"))
    }
  }

  /// Whether a name leads to a place beneath the root, or is an absolute path where that is taken.
  private func isWithin(_ name: String, takesAbsolute: Bool) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(".."), !name.utf8.contains(0) else { return false }
    return takesAbsolute || !name.hasPrefix("/")
  }

  private func files(of dataset: TaskFile.Dataset, split: String) throws(TaskError) -> [String] {
    if let named = dataset.files[split] {
      var files: [String] = []
      for name in named { files.append(try existing(name)) }
      return files
    }
    let folders = folders(of: dataset)
    for folder in folders {
      if let files = Self.files(in: folder, split: split) { return files }
    }
    let wanted = "\(folders.last ?? path)/\(split).jsonl"
    let others = folders.lazy.compactMap { Self.splits(in: $0) }.first { !$0.isEmpty } ?? []
    var refusal: String?
    if let fetch, !dataset.path.hasPrefix("/") {
      do {
        try fetch(dataset.path, dataset.name, split, wanted)
        return Self.files(in: folders.last ?? path, split: split) ?? [wanted]
      } catch let error as TaskError {
        // Where other splits are there, a name is more probably wrong than a server is down.
        guard case .download(_, let cause, isTransient: true) = error.kind, !others.isEmpty else {
          throw error
        }
        refusal = "\(cause)"
      } catch { refusal = "\(error)" }
    }
    guard others.isEmpty else {
      throw TaskError(
        .missingSplit(split, dataset: dataset.path, path: wanted, others: others, reason: refusal))
    }
    let name = dataset.name.map { " --name \($0)" } ?? ""
    throw TaskError(
      .missingData(
        dataset: dataset.path, path: wanted,
        command: "Tools/export-dataset/export-dataset \(dataset.path)\(name) \(path)", reason: refusal))
  }

  /// Where the data set may be, the longer path first.
  private func folders(of dataset: TaskFile.Dataset) -> [String] {
    let last = dataset.path.split(separator: "/").last.map(String.init) ?? dataset.path
    let names = dataset.path == last || dataset.path.hasPrefix("/") ? [last] : [dataset.path, last]
    let folders = (dataset.path.hasPrefix("/") ? [dataset.path] : []) + names.map { "\(path)/\($0)" }
    return folders.map { folder in dataset.name.map { "\(folder)/\($0)" } ?? folder }
  }

  private static func files(in folder: String, split: String) -> [String]? {
    for ending in DocumentFile.endings {
      let file = "\(folder)/\(split).\(ending)"
      if FileManager.default.fileExists(atPath: file) { return [file] }
    }
    // What `datasets` writes with save_to_disk, and what was fetched: a folder for each split, with shards.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(split)")) ?? []
    let shards = names.filter(DatasetLayout.isData).sorted().map { "\(folder)/\(split)/\($0)" }
    // A link may lead to a cache that was emptied.
    guard shards.isEmpty || !shards.allSatisfy(FileManager.default.fileExists) else { return shards }
    return laidOut(in: folder, split: split)
  }

  /// The files of a split in a folder as the `datasets` library finds them: `data/test-00000-of-00001.parquet` for example, or
  /// what its `README.md` declares.
  private static func laidOut(in folder: String, split: String) -> [String]? {
    guard let found = FileManager.default.enumerator(atPath: folder) else { return nil }
    var files: [String] = []
    while let file = found.nextObject() as? String, files.count < mostFiles {
      if found.level > 4 { found.skipDescendants() } else if DatasetLayout.isData(file) { files.append(file) }
    }
    let card = try? String(contentsOfFile: "\(folder)/README.md", encoding: .utf8)
    let layout = DatasetLayout(files: files, card: card)
    return (try? layout.files(of: split, configuration: nil)).map { $0.map { "\(folder)/\($0)" } }
  }

  /// More than a data set has.
  private static let mostFiles = 100_000

  private static func splits(in folder: String) -> [String]? {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return nil }
    return names.filter { name in DocumentFile.endings.contains { name.hasSuffix(".\($0)") } }
      .map { ($0 as NSString).deletingPathExtension }.sorted()
  }

  /// A file that a task file names itself: as it stands, where that is beneath the root, or within the root.
  private func existing(_ name: String) throws(TaskError) -> String {
    let hub = "hf://datasets/"
    guard isWithin(name, takesAbsolute: true) else {
      throw TaskError(.outsideDataRoot(key: "dataset_kwargs/data_files", found: name, root: path))
    }
    let relative = name.hasPrefix(hub) ? String(name.dropFirst(hub.count)) : name
    let short = relative.split(separator: "/").dropFirst().joined(separator: "/")
    let candidates =
      (name.hasPrefix("/") || isBelowRoot(name) ? [name] : []) + ["\(path)/\(relative)"]
      + (name.hasPrefix(hub) ? ["\(path)/\(short)"] : [])
    if let found = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) { return found }
    throw TaskError(.missingDataFile(name, places: candidates))
  }

  /// Whether a relative name, as it stands, is beneath the root.
  private func isBelowRoot(_ name: String) -> Bool {
    let root = URL(fileURLWithPath: path).standardizedFileURL.path
    return URL(fileURLWithPath: name).standardizedFileURL.path.hasPrefix(root + "/")
  }
}
