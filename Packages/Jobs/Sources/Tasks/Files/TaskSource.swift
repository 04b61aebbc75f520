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
    return (path as NSString).deletingLastPathComponent
  }

  /// The file's keys with those of the files that it includes beneath them; later includes win over earlier ones.
  ///
  /// - Throws: ``TaskError`` for a file that is missing or no YAML mapping, and for includes that run in a circle.
  func mapping() throws(TaskError) -> TaskMapping {
    switch self {
    case .bundled(let task): return try task.mapping()
    case .file(let path): return try Self.mapping(path, including: [])
    }
  }

  private static func mapping(_ path: String, including: [String]) throws(TaskError) -> TaskMapping {
    let path = (path as NSString).standardizingPath
    guard !including.contains(path) else {
      throw .badData("'\(including.last ?? path)' includes '\(path)', which includes it in turn")
    }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw TaskError(
        .missingInput,
        "there is no task file '\(path)'" + (including.last.map { ", which '\($0)' includes" } ?? ""))
    }
    guard let yaml = String(validating: bytes, as: UTF8.self) else {
      throw .badData("'\(path)' is not UTF-8")
    }
    let node = try TaskNode(yaml: yaml, file: path)
    guard var own = node.mapping else {
      throw .badData("'\(path)': expected a mapping, found \(node.phrase)")
    }
    guard let include = own["include"] else { return own }
    own["include"] = nil
    var merged = TaskMapping()
    for file in include.list ?? [include] {
      guard let name = file.text else {
        throw .badData("'\(path)', line \(file.line): 'include' must name files, found \(file.phrase)")
      }
      let folder = (path as NSString).deletingLastPathComponent
      let target = name.hasPrefix("/") ? name : "\(folder)/\(name)"
      merged = merged.overlaid(with: try mapping(target, including: including + [path]))
    }
    return merged.overlaid(with: own)
  }
}
