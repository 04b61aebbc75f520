import Configurate
import Foundation
public import Hub

/// Where a backbone is: a path, or `ORG/NAME[@REVISION]` on the Hugging Face Hub. A path that exists wins.
public struct BackboneLocation: Sendable {
  /// Called, from other threads, while a model is downloaded by whoever runs inside `$progress.withValue`.
  @TaskLocal public static var progress: @Sendable (HubClient.Progress) -> Void = { _ in }

  private let text: String
  private let isPath: Bool

  public init(_ text: String) {
    self.text = text
    isPath = FileManager.default.fileExists(atPath: text)
  }

  /// What to call a job on this model: the last part of its name, without ending or revision.
  public var name: String {
    guard isPath else { return (try? HubModel(text).name) ?? text }
    let url = URL(fileURLWithPath: text).standardizedFileURL
    return url.pathExtension == "gguf" ? url.deletingPathExtension().lastPathComponent : url.lastPathComponent
  }

  /// The folder or file on this machine; what the cache lacks is downloaded.
  ///
  /// - Throws: `HubError`; ``JobError`` with the nearest name for a path where nothing is.
  public func path() throws -> String {
    guard !isPath else { return text }
    guard let model = try? HubModel(text) else {
      throw JobError(.missingInput, "no file or folder '\(text)'\(hint)")
    }
    do {
      return try HubClient(HubSettings(), progress: Self.progress).folder(of: model)
    } catch let error where looksLikePath {
      throw HubError(error.kind, "no file or folder '\(text)'\(hint); as a model of the Hub: \(error)")
    }
  }

  /// Whether the folder of the path is there, so that a path may have been meant.
  private var looksLikePath: Bool {
    FileManager.default.fileExists(atPath: URL(fileURLWithPath: text).deletingLastPathComponent().path)
  }

  /// The nearest name beside the path.
  private var hint: String {
    let url = URL(fileURLWithPath: text)
    let siblings = try? FileManager.default.contentsOfDirectory(atPath: url.deletingLastPathComponent().path)
    let found = nearestName(to: url.lastPathComponent, among: (siblings ?? []).sorted())
    let folder = (text as NSString).deletingLastPathComponent
    return found.map { "; did you mean '\((folder as NSString).appendingPathComponent($0))'?" } ?? ""
  }
}
