import Digests
import Files
import Foundation

/// Headers of large folders of tasks, kept from run to run.
///
/// A file a folder, in the user's cache: the stamps of its folders and files, and the keys of each file. A folder whose date
/// is another one has files that came or went, and a file whose date or size is another one is read again. A file of headers
/// that is damaged, or of another version, is as none at all.
struct TaskHeaderCache: Sendable {
  /// `assay/tasks` in `XDG_CACHE_HOME` or `~/.cache`.
  static let user: TaskHeaderCache? = {
    let environment = ProcessInfo.processInfo.environment
    let base = environment["XDG_CACHE_HOME"] ?? environment["HOME"].map { "\($0)/.cache" }
    return base.map { TaskHeaderCache(folder: "\($0)/assay/tasks") }
  }()

  let folder: String
  private static let version = "assay task headers 1"
  /// Fewer files are read as fast as they are looked up.
  static let fewest = 500

  /// What was kept of a folder and still holds.
  struct Kept {
    /// The task files.
    var paths: [String]
    /// The fields of those that have not changed, by standard path.
    var fields: [String: TaskHeaderFields]
  }

  func path(of directory: String) -> String {
    let whole = URL(fileURLWithPath: directory).standardizedFileURL.path
    return "\(folder)/\(Digest.sha256(of: whole).prefix(24)).txt"
  }

  /// - Returns: `nil` where nothing was kept, or files came or went.
  func headers(of directory: String) -> Kept? {
    guard let bytes = FileManager.default.contents(atPath: path(of: directory)) else { return nil }
    var lines = LineReader([UInt8](bytes))
    guard lines.next().map(Self.text) == Self.version, lines.next().map(Self.text) == directory else {
      return nil
    }
    var kept = Kept(paths: [], fields: [:])
    while let line = lines.next() {
      let parts = line.split(separator: 9, omittingEmptySubsequences: false)
      guard parts.count >= 5, let kind = parts[0].first, let stamp = Self.stamp(parts) else { return nil }
      let path = Self.text(parts[4])
      let isCurrent = FileStamp(path: path) == stamp
      switch kind {
      case UInt8(ascii: "d"):
        guard isCurrent else { return nil }
      case UInt8(ascii: "t"):
        kept.paths.append(path)
        if isCurrent { kept.fields[TaskHeaders.standard(path)] = Self.fields(parts[5...], stamp) }
      default: return nil
      }
    }
    return kept.paths.isEmpty ? nil : kept
  }

  /// Keeps the fields of a folder's files. A file that is no YAML is not kept: its fault is found again.
  func keep(_ fields: [String: TaskHeaderFields], of directory: String, _ paths: [String]) {
    guard paths.count >= Self.fewest else { return }
    var lines = [Self.version, directory]
    for folder in FolderScan(directory, ending: "/").folders {
      guard let stamp = FileStamp(path: folder), Self.isPlain(folder) else { return }
      lines.append("d\t\(Self.text(stamp))\t\(folder)")
    }
    for path in paths {
      guard Self.isPlain(path) else { return }
      guard let own = fields[TaskHeaders.standard(path)], own.reason == nil, let stamp = own.stamp else {
        // A stamp that no file has, so that it is read again.
        lines.append("t\t-1\t0\t0\t\(path)")
        continue
      }
      let pairs =
        own.values.sorted { $0.key < $1.key } + (own.includes.isEmpty ? [] : [("include", own.includes)])
      let texts = pairs.map { [$0.0] + $0.1 }
      guard texts.joined().allSatisfy(Self.isPlain) else { return }
      lines.append(
        (["t\t\(Self.text(stamp))\t\(path)"] + texts.map { $0.joined(separator: "\u{1F}") }).joined(
          separator: "\t"))
    }
    // A cache that cannot be written costs time, and nothing else.
    try? WholeFile.write(Data((lines.joined(separator: "\n") + "\n").utf8), to: path(of: directory))
  }

  private static func fields(_ parts: ArraySlice<ArraySlice<UInt8>>, _ stamp: FileStamp) -> TaskHeaderFields {
    var values: [String: [String]] = [:]
    for part in parts {
      let texts = part.split(separator: 0x1F, omittingEmptySubsequences: false).map(text)
      values[texts[0]] = Array(texts.dropFirst())
    }
    let includes = values.removeValue(forKey: "include") ?? []
    return TaskHeaderFields(values: values, includes: includes, stamp: stamp)
  }

  static func stamp(_ parts: [ArraySlice<UInt8>]) -> FileStamp? {
    guard let size = Int(text(parts[1])), let seconds = Int(text(parts[2])),
      let nanoseconds = Int(text(parts[3]))
    else {
      return nil
    }
    return FileStamp(size: size, seconds: seconds, nanoseconds: nanoseconds)
  }

  static func text(_ stamp: FileStamp) -> String {
    "\(stamp.size)\t\(stamp.seconds)\t\(stamp.nanoseconds)"
  }
  static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
  static func isPlain(_ text: String) -> Bool {
    !text.utf8.contains { $0 == 9 || $0 == 10 || $0 == 0x1F }
  }
}
