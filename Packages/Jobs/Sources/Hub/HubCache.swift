internal import Basics
internal import Files
internal import Foundation

/// The layout in which Hugging Face's tools keep models, so that we share theirs and they ours:
///
///     models--ORG--NAME/refs/REVISION            the commit that a branch or tag meant when it was fetched
///     models--ORG--NAME/snapshots/COMMIT/PATH    a symbolic link to ../../blobs/ETAG
///     models--ORG--NAME/blobs/ETAG               the bytes; ETAG.incomplete while they arrive
///     datasets--ORG--NAME/…                      the same of a data set
///     .locks/models--ORG--NAME/ETAG.lock         held while a blob is written
struct HubCache: Sendable {
  let root: String
  let model: HubModel

  private var name: String {
    ([model.kind.rawValue + "s", model.organization, model.name].filter { !$0.isEmpty }).joined(
      separator: "--")
  }
  var folder: String { "\(root)/\(name)" }

  func snapshot(_ commit: String) -> String { "\(folder)/snapshots/\(commit)" }
  func blob(_ etag: String) -> String { "\(folder)/blobs/\(etag)" }
  func incomplete(_ etag: String) -> String { blob(etag) + ".incomplete" }
  func lockFile(_ etag: String) -> String { "\(root)/.locks/\(name)/\(etag).lock" }

  /// The commit of the wanted revision, as far as the cache knows.
  var commit: String? {
    if HubModel.isCommit(model.revision) { return model.revision }
    guard let text = try? String(contentsOfFile: "\(folder)/refs/\(model.revision)", encoding: .utf8) else {
      return nil
    }
    let commit = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return HubModel.isCommit(commit) ? commit : nil
  }

  /// Notes which commit the revision meant.
  func write(commit: String) throws(HubError) {
    guard !HubModel.isCommit(model.revision) else { return }
    let path = "\(folder)/refs/\(model.revision)"
    try makeFolder(above: path)
    try Self.attempt("write '\(path)'") { try WholeFile.write(Data(commit.utf8), to: path) }
  }

  /// Makes a file of a snapshot point to its blob; both a new link and one that is replaced appear whole.
  func link(_ file: String, of commit: String, to etag: String) throws(HubError) {
    let path = "\(snapshot(commit))/\(file)"
    let levels = file.split(separator: "/").count + 1
    let target = String(repeating: "../", count: levels) + "blobs/\(etag)"
    try makeFolder(above: path)
    try Self.attempt("link '\(path)'") {
      let manager = FileManager.default
      if (try? manager.destinationOfSymbolicLink(atPath: path)) == target { return }
      let temporary = Unfinished.name(beside: path)
      try manager.createSymbolicLink(atPath: temporary, withDestinationPath: target)
      try Self.move(temporary, to: path)
    }
  }

  // MARK: Files

  /// The size of a file, `nil` where there is none; links are followed.
  static func size(_ path: String) -> Int? {
    guard let status = FileStatus(path), status.isFile else { return nil }
    return status.size
  }

  static func attempt<Result>(_ action: String, _ body: () throws -> Result) throws(HubError) -> Result {
    do {
      return try body()
    } catch let error as HubError {
      throw error
    } catch let error as FileError {
      throw HubError(.unwritable(action: action, reason: error.reason))
    } catch {
      throw HubError(.unwritable(action: action, reason: systemReason(error)))
    }
  }
}
