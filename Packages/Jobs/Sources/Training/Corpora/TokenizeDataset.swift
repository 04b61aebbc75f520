public import Configurate
import Files
import Foundation
public import Jobs
import Logging
import Tokenization

/// What the jobs that turn texts into ids have in common.
public class TokenizeDataset: Job {
  /// Where the data goes, and under which name.
  public let spec: ExecutionSpec
  /// Called with how many bytes of the texts were read, and how many there are.
  public var progress: (JobProgress) -> Void
  let settings: DataSettings
  let tokenizer: any Tokenizer
  let folder: String
  private let configuration: SettingsTree
  let log = Logger(label: "assay.data")

  public class var summary: String { "makes a data set of texts" }
  public class var settings: [any Settings.Type] { [DataSettings.self, TokenizerSettings.self] }

  public required init(spec: ExecutionSpec) throws {
    guard let configuration = ConfigurationContext.current else {
      throw JobError(.noContext)
    }
    settings = try configure(DataSettings.self)
    try settings.validate()
    tokenizer = try Tokenizers.make(try configure(TokenizerSettings.self))
    folder = spec.dataPath(spec.job.name, suffix: settings.suffix)
    self.configuration = configuration.naming(Self.self)
    self.spec = spec
    progress = spec.progress
  }

  /// The folder of tokens.
  public var outcome: JobOutcome { spec.isMain ? .data(folder: folder) : .nothing }

  /// The contents of `config.yaml`: the settings, and how long the files were.
  private var record: String {
    var record = configuration
    record["data/bytes"] = SettingsTree(
      .list(settings.paths.paths.map { SettingsTree(.integer(DocumentReader.size(of: $0) ?? 0)) }))
    return record.yaml
  }

  /// Whether the folder was made of files of the same lengths under the same settings.
  public var done: Bool {
    settings.paths.paths.allSatisfy { DocumentReader.size(of: $0) != nil }
      && (try? String(contentsOfFile: "\(folder)/\(DataFolder.configurationName)", encoding: .utf8)) == record
  }

  /// Makes the folder, on the first rank.
  ///
  /// - Throws: ``JobError`` naming the file and line that cannot be read; where the folder is there already, or the disk
  ///   refuses.
  public func run() throws {
    guard spec.isMain else { return }
    // Of two jobs at once, the second waits, and finds the folder made.
    try FileLock.holding(folder) { if !done { try make() } }
  }

  private func make() throws {
    let output = try DataFolder(path: folder)
    var manifest = try write(to: output)
    manifest.digests = output.digests
    guard manifest.train.tokens > 0 else {
      throw JobError(.emptyCorpus)
    }
    try output.finish([
      (TokenManifest.fileName, manifest.json), (DataFolder.configurationName, record),
    ])
    let held = manifest.val.map { ", \($0.tokens) tokens of \($0.documents) held out" } ?? ""
    log.info("\(folder): \(manifest.train.tokens) tokens of \(manifest.train.documents) documents\(held)")
  }

  /// Writes all files that tokens are read from, and the description of what they hold.
  func write(to folder: DataFolder) throws -> TokenManifest {
    throw JobError(.abstract(type: "\(Self.self)", task: "write"))
  }

  /// The documents, read anew at each call.
  func documents() -> DocumentReader {
    DocumentReader(paths: settings.paths.paths, settings: settings) { [progress] in
      progress(JobProgress(unit: "bytes", completed: $0, total: $1))
    }
  }

  var element: TokenManifest.Element { TokenManifest.Element(vocabularySize: tokenizer.vocabularySize) }
}

extension ExecutionSpec {
  /// Where a data set lies: `{root}/data/{name}`, or `{root}/data/{name}_{suffix}`.
  public func dataPath(_ name: String, suffix: String = "") -> String {
    "\(root)/data/\(name)\(suffix.isEmpty ? "" : "_" + suffix)"
  }
}
