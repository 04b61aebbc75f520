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

  /// A path, or a list of them, in their order.
  @Setting("data/dataset") public var paths: PathList
  /// What the files hold.
  @Setting("data/format") public var format = Format.auto
  /// Which field of a JSON object, or which column, is the text.
  @Setting("data/field") public var field = "text"
  /// What is one document of a text file.
  @Setting("data/documents") public var documents = Documents.file
  /// Goes behind the job's name in the name of the folder, after a `_`.
  @Setting("data/suffix") public var suffix = ""
  /// How many documents are taken, from the first; all of them where it is not positive.
  @Setting("data/max_samples") public var maxSamples = -1
  /// Where the end-of-text token stands.
  @Setting("data/end_of_text") public var endOfText = EndOfText.after
  /// How the held-out part is chosen.
  @Setting("data/split_by") public var split = Split.document
  /// The part that is held out.
  @Setting("data/val_pct") public var heldOut = 0.05
  /// Of the draw that holds documents out: Python's generator.
  @Setting("data/seed") public var seed = 2357

  public init() {}

  func validate() throws(JobError) {
    guard !paths.paths.isEmpty else { throw JobError(.usage, "data/dataset must name a file") }
    guard (0..<1).contains(heldOut) else {
      throw JobError(.usage, "data/val_pct must be at least 0 and below 1, found \(heldOut)")
    }
    guard seed >= 0 else { throw JobError(.usage, "data/seed must not be negative, found \(seed)") }
  }

  func format(of path: String) throws(JobError) -> Format {
    guard format == .auto else { return format }
    let name = path.lowercased()
    if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") { return .jsonl }
    if name.hasSuffix(".csv") { return .csv }
    if name.hasSuffix(".tsv") { return .tsv }
    for ending in [".json", ".parquet", ".arrow", ".gz", ".zst", ".zip"] where name.hasSuffix(ending) {
      throw JobError(
        .usage, "'\(path)' ends in '\(ending)'; data/dataset takes text, .jsonl, .csv and .tsv files")
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
