import Foundation

/// The folder of reference data beside the repository, which not everybody has.
enum SharedFolder {
  static let url: URL = {
    if let path = ProcessInfo.processInfo.environment["ASSAY_SHARED"] { return URL(fileURLWithPath: path) }
    let root = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    return root.deletingLastPathComponent().appending(path: "shared")
  }()

  static let exists = FileManager.default.fileExists(atPath: url.path)
}
