import Basics
import Configurate
import Foundation
public import Hub
import Jobs

/// Someone who wants to know how far a download is.
public protocol DownloadObserver: AnyObject, Sendable {
  /// Called from any thread.
  func show(_ progress: HubClient.Progress)
}

/// Where a backbone is: a path, or `ORG/NAME[@REVISION]` on the Hugging Face Hub. A path that exists wins.
public struct BackboneLocation: Sendable {
  /// Hears of downloads by whoever runs inside `$observer.withValue`.
  ///
  /// A closure instead of an object makes Swift 6.3.1's optimiser write a program that crashes.
  @TaskLocal public static var observer: (any DownloadObserver)?

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
  /// - Throws: `HubError`; ``JobError`` with the nearest name for a path where nothing is.
  public func path() throws -> String {
    guard !isPath else { return text }
    guard let model = try? HubModel(text) else {
      throw JobError(.missingInput, "no file or folder '\(text)'\(hint)")
    }
    do {
      let observer = Self.observer
      return try HubClient(HubSettings()) { observer?.show($0) }.folder(of: model)
    } catch {
      guard looksLikePath else { throw error }
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
