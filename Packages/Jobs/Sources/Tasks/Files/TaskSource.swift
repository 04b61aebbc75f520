import Basics
import Foundation

/// Where a task file comes from: a path, or a definition inside the binary.
enum TaskSource: Sendable, Hashable {
  case file(String)
  case bundled(BundledTask)

  /// What sentences call it.
  var name: String {
    switch self {
    case .file(let path): path
    case .bundled(let task): "bundled task '\(task.name)'"
    }
  }

  /// The folder that includes are relative to.
  var folder: String? {
    guard case .file(let path) = self else { return nil }
    return parentFolder(of: path)
  }

  /// The file's keys with those of the files that it includes beneath them; later includes win over earlier ones.
  ///
  /// - Throws: ``TaskError`` for a file that is missing or no YAML mapping, and for includes that run in a circle.
  func mapping() throws(TaskError) -> TaskMapping {
    switch self {
    case .bundled(let task): return try task.mapping()
    case .file(let path):
      var known: [String: TaskMapping] = [:]
      return try Self.mapping(path, including: [], known: &known)
    }
  }

  /// - Parameter known: Files that were read already; each is read once, however many include it.
  private static func mapping(
    _ path: String, including: [String], known: inout [String: TaskMapping]
  ) throws(TaskError) -> TaskMapping {
    let path = (path as NSString).standardizingPath
    guard !including.contains(path) else {
      throw TaskError(.circle(path, by: including.last ?? path, isFile: true))
    }
    if let mapping = known[path] { return mapping }
    let includer = including.last
    var own =
      if includer == nil { try own(path, includedBy: nil) } else {
        try IncludedFiles.shared.mapping(path) { () throws(TaskError) in
          try self.own(path, includedBy: includer)
        }
      }
    guard let include = own["include"] else {
      known[path] = own
      return own
    }
    own["include"] = nil
    var merged = TaskMapping()
    for file in include.list ?? [include] {
      guard let name = file.text else {
        throw .malformed(
          path, line: file.line, .value("'include'", expected: "names of files", found: file.phrase))
      }
      let target = Self.path(of: name, includedBy: path)
      merged = merged.overlaid(with: try mapping(target, including: including + [path], known: &known))
    }
    let whole = merged.overlaid(with: own)
    known[path] = whole
    return whole
  }

  /// Where an included file is: relative to the file that includes it, which may have no folder of its own.
  static func path(of name: String, includedBy path: String) -> String {
    let folder = parentFolder(of: path)
    if name.hasPrefix("/") || folder.isEmpty { return name }
    return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// The keys of one file.
  private static func own(_ path: String, includedBy includer: String?) throws(TaskError) -> TaskMapping {
    let bytes: Data
    do throws(InputFileError) { bytes = try inputContents(path) } catch {
      throw TaskError(
        error.isMissing
          ? .missingFile(path, includedBy: includer)
          : .unreadableFile(path, includedBy: includer, reason: error.reason))
    }
    guard let yaml = LenientYAML.text(bytes) else {
      throw .malformed(path, .value(expected: "UTF-8, or UTF-16 with its mark"))
    }
    let node = try TaskNode(yaml: yaml, file: path)
    // What a file that is no task file holds is not for a terminal or a log.
    guard let own = node.mapping, own.keys.contains(where: isTelling) else {
      throw .malformed(
        path,
        .value(
          expected: "a mapping with keys of a task or a group",
          found: node.mapping == nil ? node.kind : "other keys")
      )
    }
    return own
  }

  /// Whether a key says that its file is about a task.
  private static func isTelling(_ key: String) -> Bool {
    key != "metadata" && (TaskFile.keys.contains(key) || TaskGroup.keys.contains(key))
  }
}
