import Foundation

/// Small files that h5py wrote; `Fixtures/make_fixtures.py` is the command that made them.
enum Fixtures {
  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
    "Fixtures")

  static func path(_ name: String) -> String { directory.appendingPathComponent(name).path }
}

extension Fixtures {
  /// Names of the files in `hostile`.
  static let hostile =
    ((try? FileManager.default.contentsOfDirectory(atPath: path("hostile"))) ?? []).sorted()
}
