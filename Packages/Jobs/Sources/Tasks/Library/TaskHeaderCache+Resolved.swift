import Files
import Foundation

/// What the files of a folder come to once includes are followed, so that a folder in which nothing has changed costs a look at
/// each file's date and no more.
extension TaskHeaderCache {
  private static let resolvedVersion = "assay task index 1"

  private func resolvedPath(of directory: String) -> String { path(of: directory) + ".index" }

  /// The tasks and groups of a folder.
  ///
  /// - Returns: `nil` where they were not kept, or a file or folder has changed, come or gone.
  func resolved(of directory: String) -> [TaskHeader]? {
    guard let data = FileManager.default.contents(atPath: resolvedPath(of: directory)) else { return nil }
    var lines = LineReader([UInt8](data))
    guard lines.next().map(Self.text) == Self.resolvedVersion, lines.next().map(Self.text) == directory else {
      return nil
    }
    var headers: [TaskHeader] = []
    while let line = lines.next() {
      let parts = line.split(separator: 9, omittingEmptySubsequences: false)
      switch parts[0].first {
      case UInt8(ascii: "s") where parts.count == 5:
        guard FileStamp(path: Self.text(parts[4])) == Self.stamp(parts) else { return nil }
      case UInt8(ascii: "t") where parts.count == 4:
        headers.append(Self.header(parts, .task(Self.text(parts[1]))))
      case UInt8(ascii: "g") where parts.count == 4:
        headers.append(Self.header(parts, .group(Self.text(parts[1]))))
      default: return nil
      }
    }
    return headers.isEmpty ? nil : headers
  }

  /// Keeps them, with the stamps of all files that were read for them or looked for.
  func keep(resolved headers: [TaskHeader], of directory: String, _ stamps: [String: FileStamp?]) {
    guard stamps.count >= Self.fewest else { return }
    var lines = [Self.resolvedVersion, directory]
    for folder in FolderScan(directory, ending: "/").folders {
      lines.append(Self.line(folder, FileStamp(path: folder)))
    }
    for (path, stamp) in stamps.sorted(by: { $0.key < $1.key }) { lines.append(Self.line(path, stamp)) }
    guard stamps.keys.allSatisfy(Self.isPlain) else { return }
    for header in headers {
      let (kind, name) =
        switch header.kind {
        case .task(let name): ("t", name)
        case .group(let name): ("g", name)
        }
      guard ([name, header.path] + header.tags).allSatisfy(Self.isPlain) else { return }
      lines.append("\(kind)\t\(name)\t\(header.path)\t\(header.tags.joined(separator: "\u{1F}"))")
    }
    try? WholeFile.write(Data((lines.joined(separator: "\n") + "\n").utf8), to: resolvedPath(of: directory))
  }

  private static func line(_ path: String, _ stamp: FileStamp?) -> String {
    // No numbers for what is not there.
    "s\t\(stamp.map(text) ?? "-\t-\t-")\t\(path)"
  }

  private static func header(_ parts: [ArraySlice<UInt8>], _ kind: TaskHeader.Kind) -> TaskHeader {
    TaskHeader(path: text(parts[2]), kind: kind, tags: parts[3].split(separator: 0x1F).map(text))
  }
}
