import Digests
import Foundation

/// What lies outside the repository; tests that need it are skipped, with the reason, where it is absent.
enum Shared {
  static let reason =
    "needs the folder 'shared' beside the repository (or ASSAY_SHARED) and Tools/fetch-model smollm2-135m"

  static let folder: String? = {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../..")
    let shared =
      ProcessInfo.processInfo.environment["ASSAY_SHARED"]
      ?? repository.appendingPathComponent("../shared").standardized.path
    return FileManager.default.fileExists(atPath: shared + "/goldens") ? shared : nil
  }()

  /// Where `Tools/fetch-model` keeps the model.
  static let model: String? = {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
    let path = (environment["ASSAY_MODELS"] ?? cache + "/assay/models") + "/smollm2-135m.gguf"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()

  /// A Python with the peers that tests compare with.
  static let python = ProcessInfo.processInfo.environment["ASSAY_PYTHON"]

  static var hasModelAndGoldens: Bool { folder != nil && model != nil }
}

/// The objects of a file of JSON lines.
func jsonLines(_ path: String) throws -> [[String: Any]] {
  try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
  }
}

/// The object that a JSON file holds.
func jsonObject(_ path: String) throws -> [String: Any] {
  let data = try Data(contentsOf: URL(fileURLWithPath: path))
  return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
}

/// SHA-256 of a text's UTF-8, in hexadecimal digits.
func digest(_ text: String) -> String {
  Digest.sha256(of: text)
}
