import Basics
import Files
import Foundation
package import Jobs

/// The SHA-256 of files that were hashed before, in a JSON file: by path, with size, inode and time of the last change, by
/// which a file is known to be the same.
///
/// A file that has changed within the last seconds is not remembered: it may change again without another time.
package struct FileDigests: Sendable {
  private let path: String

  package init(path: String) { self.path = path }

  private struct Entry: Codable {
    var size: Int64
    var inode: UInt64
    /// Nanoseconds since 1970.
    var changed: Int64
    var sha256: String
  }

  /// The digest of a file, computed by `hash` where it is not known.
  package func digest(
    of file: String, hash: (String) throws(JobError) -> String
  ) throws(JobError) -> String {
    let file = URL(fileURLWithPath: file).standardizedFileURL.path
    guard var entry = Self.identify(file) else { return try hash(file) }
    var entries = read()
    if let known = entries[file],
      (known.size, known.inode, known.changed) == (entry.size, entry.inode, entry.changed)
    {
      return known.sha256
    }
    entry.sha256 = try hash(file)
    if Date().timeIntervalSince1970 - Double(entry.changed) / 1e9 > 5 {
      entries[file] = entry
      write(entries)
    }
    return entry.sha256
  }

  private static func identify(_ file: String) -> Entry? {
    guard let status = FileStatus(file) else { return nil }
    // Around for a time that no disk has: it identifies a file all the same.
    let changed = Int64(status.seconds) &* 1_000_000_000 &+ Int64(status.nanoseconds)
    return Entry(size: Int64(status.size), inode: status.inode, changed: changed, sha256: "")
  }

  private func read() -> [String: Entry] {
    guard let data = FileManager.default.contents(atPath: path) else { return [:] }
    return (try? JSONDecoder().decode([String: Entry].self, from: data)) ?? [:]
  }

  /// What cannot be written is hashed again the next time.
  private func write(_ entries: [String: Entry]) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    if let data = try? encoder.encode(entries) { try? WholeFile.write(data, to: path) }
  }
}
