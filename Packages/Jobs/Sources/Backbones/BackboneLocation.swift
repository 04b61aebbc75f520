import Basics
import Configurate
import Foundation
import Hub
public import Jobs

/// Where a backbone is: a path, or `ORG/NAME[@REVISION]` on the Hugging Face Hub. A path that exists wins.
public struct BackboneLocation: Sendable {
  private let text: String
  private let isPath: Bool

  public init(_ text: String) {
    // Foundation would take a leading tilde for a user's home, and traps on a name that is nothing else.
    let text = text.hasPrefix("~") ? "./" + text : text
    self.text = text
    isPath = FileManager.default.fileExists(atPath: text)
  }

  /// What to call a job on this model: the last part of its name, without ending or revision.
  public var name: String {
    if !isPath, let model = try? HubModel(text) { return model.name }
    let url = URL(fileURLWithPath: text).standardizedFileURL
    return url.pathExtension == "gguf" ? url.deletingPathExtension().lastPathComponent : url.lastPathComponent
  }

  /// The folder or file on this machine; what the cache lacks is downloaded.
  ///
  /// - Parameter spec: The job that opens it: receives the progress of downloads, and resolves each name once.
  /// - Throws: `HubError`; ``JobError`` with the nearest name for a path where nothing is.
  public func path(for spec: ExecutionSpec? = nil) throws -> String {
    guard !isPath else { return text }
    guard let spec else { return try download { _ in } }
    return try spec.locations.path(of: text) { try download(spec.progress) }
  }

  private func download(_ progress: @escaping @Sendable (JobProgress) -> Void) throws -> String {
    guard let model = try? HubModel(text) else {
      throw JobError(.missingFile(path: text, .weights(nearest: nearest)))
    }
    do {
      let client = try HubClient(HubSettings()) { file in
        progress(
          JobProgress(
            "downloading \(file.file)", unit: "bytes", completed: file.bytes, total: file.total ?? 0))
      }
      return try client.folder(of: model)
    } catch {
      guard looksLikePath else { throw error }
      throw HubError(.neitherPathNorModel(path: text, nearest: nearest, error))
    }
  }

  /// Whether the folder of the path is there, so that a path may have been meant.
  private var looksLikePath: Bool {
    FileManager.default.fileExists(atPath: URL(fileURLWithPath: text).deletingLastPathComponent().path)
  }

  /// The nearest name beside the path.
  private var nearest: String? {
    let url = URL(fileURLWithPath: text)
    let siblings = try? FileManager.default.contentsOfDirectory(atPath: url.deletingLastPathComponent().path)
    let found = nearestName(to: url.lastPathComponent, among: (siblings ?? []).sorted())
    let folder = parentFolder(of: text)
    return found.map { (folder as NSString).appendingPathComponent($0) }
  }
}
