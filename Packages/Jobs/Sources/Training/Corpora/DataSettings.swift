public import Configurate
import Foundation
import Jobs

/// Which texts a data set is made of, and which of them are held out.
public struct DataSettings: Settings {
  /// What the files hold.
  public enum Format: String, Sendable, CaseIterable, SettingValue {
    /// By the ending of each file's name; what ends otherwise is text.
    case auto
    case text, jsonl, csv, tsv
  }
  /// What is one document of a text file.
  public enum Documents: String, Sendable, CaseIterable, SettingValue { case file, line }
  /// How the held-out part is chosen.
  public enum Split: String, Sendable, CaseIterable, SettingValue {
    /// Documents, by a seeded draw.
    case document
    /// The end of the text: its last tokens, or its last rows.
    case position
  }
  /// Where the end-of-text token stands.
  public enum EndOfText: String, Sendable, CaseIterable, SettingValue {
    case none
    /// After each document; where the end of the text is held out, between documents.
    case after
    /// Before and after each document.
    case around
  }

  @Setting("data/dataset", help: "Files of documents: a path, or a list of paths in their order")
  public var paths: PathList
  @Setting("data/format", help: "What the files hold")
  public var format = Format.auto
  @Setting("data/field", help: "Field of a JSON object, or column, that is the text")
  public var field = "text"
  @Setting("data/documents", help: "What one document of a text file is")
  public var documents = Documents.file
  @Setting("data/suffix", help: "Text behind the job's name in the name of the folder, after a '_'")
  public var suffix = ""
  @Setting("data/max_samples", help: "Number of documents taken, from the first; all of them unless positive")
  public var maxSamples = -1
  @Setting("data/end_of_text", help: "Where the end-of-text token stands")
  public var endOfText = EndOfText.after
  @Setting("data/split_by", help: "How the held-out part is chosen")
  public var split = Split.document
  @Setting("data/val_pct", help: "Part of the documents or tokens that is held out, from 0 to below 1")
  public var heldOut = 0.05
  @Setting("data/seed", help: "Seed of the draw that holds documents out, of Python's generator")
  public var seed = 2357

  public init() {}

  func validate() throws(JobError) {
    guard !paths.paths.isEmpty else { throw JobError(.emptySetting(key: "data/dataset", expected: "a file")) }
    guard (0..<1).contains(heldOut) else {
      throw JobError(
        .setting(key: "data/val_pct", expected: "at least 0 and below 1", found: "\(heldOut)"))
    }
    guard seed >= 0 else { throw JobError(.negative(key: "data/seed", found: seed)) }
  }

  func format(of path: String) throws(JobError) -> Format {
    guard format == .auto else { return format }
    let name = path.lowercased()
    if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") { return .jsonl }
    if name.hasSuffix(".csv") { return .csv }
    if name.hasSuffix(".tsv") { return .tsv }
    for ending in [".json", ".parquet", ".arrow", ".gz", ".zst", ".zip"] where name.hasSuffix(ending) {
      throw JobError(
        .ending(
          path: path, found: ending, expected: "data/dataset takes text, .jsonl, .csv and .tsv files"))
    }
    return .text
  }
}

/// One path, or a list of paths.
public struct PathList: SettingValue, Equatable {
  /// In the order in which they are read.
  public var paths: [String]

  public init(_ paths: [String]) { self.paths = paths }

  public static var settingType: String { "a path or a list of paths" }

  public init(settingsTree tree: SettingsTree) throws(SettingsError) {
    paths = tree.list == nil ? [try String(settingsTree: tree)] : try [String](settingsTree: tree)
  }

  public var settingsTree: SettingsTree {
    paths.count == 1 ? paths[0].settingsTree : paths.settingsTree
  }
}
