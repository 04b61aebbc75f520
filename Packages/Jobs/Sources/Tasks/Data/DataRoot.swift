import Foundation
import Templating

/// Writes a split of a data set as JSON lines to a path: the data set's name, its configuration, the split, the path.
public typealias DatasetFetch =
  @Sendable (_ dataset: String, _ configuration: String?, _ split: String, _ path: String) throws -> Void

/// A folder of data sets: `ROOT/<data set's path, or its last part>/[<its name>/]<split>.<ending>`.
struct DataRoot: Sendable {
  let path: String
  /// Gets a split that is not there. A ``TaskError`` of it ends the run; other errors are part of the report of what is missing.
  var fetch: DatasetFetch?

  /// The forms that a split may have, in the order in which they are looked for.
  static let endings = ["jsonl", "json", "csv", "tsv", "arrow"]

  /// The documents of a split, all with the same fields: one that a document lacks is null there.
  ///
  /// - Parameter limit: How many documents are wanted at most, where a file can be read in part.
  /// - Throws: ``TaskError`` that says where the split was looked for and how to get it, or what is wrong in its file.
  func documents(
    of dataset: TaskFile.Dataset, split: String, limit: Int? = nil
  ) throws(TaskError) -> [TemplateDictionary] {
    var documents: [TemplateDictionary] = []
    for file in try files(of: dataset, split: split) {
      documents += try Self.read(file, limit: limit)
      if let limit, documents.count >= limit { break }
    }
    return Self.withEqualFields(documents)
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
    var refusal = ""
    if let fetch, !dataset.path.hasPrefix("/") {
      do {
        try fetch(dataset.path, dataset.name, split, wanted)
        return [wanted]
      } catch let error as TaskError {
        throw error
      } catch { refusal = "; from the Hub: \(error)" }
    }
    let others = folders.lazy.compactMap { Self.splits(in: $0) }.first { !$0.isEmpty } ?? []
    guard others.isEmpty else {
      throw TaskError(
        .missingInput,
        "no split '\(split)' of '\(dataset.path)': looked for '\(wanted)', there are only \(others.map { "'\($0)'" }.joined(separator: ", "))\(refusal)"
      )
    }
    let name = dataset.name.map { " --name \($0)" } ?? ""
    throw TaskError(
      .missingInput,
      "no data of '\(dataset.path)': looked for '\(wanted)' (also .json, .csv, .tsv, .arrow); get it with: Tools/export-dataset/export-dataset \(dataset.path)\(name) \(path)\(refusal)"
    )
  }

  /// Where the data set may be, the longer path first.
  private func folders(of dataset: TaskFile.Dataset) -> [String] {
    let last = dataset.path.split(separator: "/").last.map(String.init) ?? dataset.path
    let names = dataset.path == last || dataset.path.hasPrefix("/") ? [last] : [dataset.path, last]
    let folders = (dataset.path.hasPrefix("/") ? [dataset.path] : []) + names.map { "\(path)/\($0)" }
    return folders.map { folder in dataset.name.map { "\(folder)/\($0)" } ?? folder }
  }

  private static func files(in folder: String, split: String) -> [String]? {
    for ending in endings {
      let file = "\(folder)/\(split).\(ending)"
      if FileManager.default.fileExists(atPath: file) { return [file] }
    }
    // What `datasets` writes with save_to_disk: a folder for each split, with shards.
    let shards = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(split)")) ?? []
    let arrows = shards.filter { $0.hasSuffix(".arrow") }.sorted()
    return arrows.isEmpty ? nil : arrows.map { "\(folder)/\(split)/\($0)" }
  }

  private static func splits(in folder: String) -> [String]? {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return nil }
    return names.filter { name in endings.contains { name.hasSuffix(".\($0)") } }
      .map { ($0 as NSString).deletingPathExtension }.sorted()
  }

  /// A file that a task file names itself: as it stands, or beneath the root.
  private func existing(_ name: String) throws(TaskError) -> String {
    let hub = "hf://datasets/"
    let relative = name.hasPrefix(hub) ? String(name.dropFirst(hub.count)) : name
    let short = relative.split(separator: "/").dropFirst().joined(separator: "/")
    let candidates =
      (name.hasPrefix(hub) ? [] : [name]) + ["\(path)/\(relative)"]
      + (name.hasPrefix(hub) ? ["\(path)/\(short)"] : [])
    if let found = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) { return found }
    throw TaskError(
      .missingInput,
      "no file '\(name)', which the task names under 'dataset_kwargs/data_files': looked for \(candidates.map { "'\($0)'" }.joined(separator: ", "))"
    )
  }

  private static func read(_ file: String, limit: Int?) throws(TaskError) -> [TemplateDictionary] {
    let bytes: Data
    do { bytes = try Data(contentsOf: URL(fileURLWithPath: file), options: .alwaysMapped) } catch {
      throw TaskError(.missingInput, "'\(file)' cannot be read")
    }
    switch (file as NSString).pathExtension {
    case "jsonl": return try JSONDocuments.lines(bytes, file: file, limit: limit)
    case "json": return try JSONDocuments.whole(bytes, file: file)
    case "csv": return try SeparatedDocuments.read(bytes, file: file, separator: ",")
    case "tsv": return try SeparatedDocuments.read(bytes, file: file, separator: "\t")
    default: return try ArrowDocuments.read(bytes, file: file)
    }
  }

  private static func withEqualFields(_ documents: [TemplateDictionary]) -> [TemplateDictionary] {
    var names: [String] = []
    var seen: Set<String> = []
    for document in documents {
      for case .string(let name) in document.keys where seen.insert(name).inserted { names.append(name) }
    }
    return documents.map { document in
      guard document.count < names.count else { return document }
      var whole = TemplateDictionary()
      for name in names { whole[name] = document[name] ?? .null }
      return whole
    }
  }
}
