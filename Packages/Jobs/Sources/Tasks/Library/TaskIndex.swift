import Foundation

/// What is where: the names of tasks, groups and tags, and the files that define them.
struct TaskIndex: Sendable {
  enum Entry: Sendable {
    case task(TaskSource)
    case group(TaskSource)
    /// The tasks that carry a tag.
    case tag([String])
  }

  private(set) var entries: [String: Entry] = [:]
  /// In the order in which they are listed: bundled ones first, then by file.
  private(set) var names: [String] = []

  /// - Parameter directories: Folders of task files, also in folders of theirs; a task there goes before a bundled one of
  ///   its name, and a later folder before an earlier one.
  /// - Throws: ``TaskError`` for a folder that is not there.
  init(directories: [String]) throws(TaskError) {
    var tags: [(tag: String, task: String)] = []
    for task in BundledTask.all {
      add(task.name, task.isGroup ? .group(.bundled(task)) : .task(.bundled(task)))
      tags += task.tags.map { ($0, task.name) }
    }
    for directory in directories {
      for header in try TaskHeader.all(in: directory) {
        switch header.kind {
        case .task(let name): add(name, .task(.file(header.path)))
        case .group(let name): add(name, .group(.file(header.path)))
        }
        if case .task(let name) = header.kind { tags += header.tags.map { ($0, name) } }
      }
    }
    for (tag, task) in tags {
      switch entries[tag] {
      case .tag(let tasks)? where !tasks.contains(task): entries[tag] = .tag((tasks + [task]).sorted())
      case nil: add(tag, .tag([task]))
      default: break  // a task or group of that name stands for itself
      }
    }
  }

  private mutating func add(_ name: String, _ entry: Entry) {
    if entries[name] == nil { names.append(name) }
    entries[name] = entry
  }
}

/// The name that a file defines and the tags it carries, read from its lines without parsing it whole: a folder with ten
/// thousand task files is searched in the time that a user waits for a list.
struct TaskHeader {
  enum Kind: Equatable {
    case task(String)
    case group(String)
  }

  var path: String
  var kind: Kind
  var tags: [String]

  /// The tasks and groups of all `.yaml` files beneath a folder, by path.
  static func all(in directory: String) throws(TaskError) -> [TaskHeader] {
    guard let files = FileManager.default.enumerator(atPath: directory) else {
      throw TaskError(.missingInput, "there is no folder of task files '\(directory)'")
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: directory, isDirectory: &isFolder), isFolder.boolValue else {
      throw TaskError(.missingInput, "there is no folder of task files '\(directory)'")
    }
    let paths = files.compactMap { $0 as? String }.filter { $0.hasSuffix(".yaml") }.sorted()
    return paths.compactMap { path in
      var fields: [String: [String]] = [:]
      read("\(directory)/\(path)", into: &fields, depth: 0)
      let tags = fields["tag"] ?? []
      if let group = fields["group"]?.first {
        return TaskHeader(path: "\(directory)/\(path)", kind: .group(group), tags: tags)
      }
      return fields["task"]?.first.map {
        TaskHeader(path: "\(directory)/\(path)", kind: .task($0), tags: tags)
      }
    }
  }

  /// Adds the values of the keys that matter here, and of included files where the file has none of its own.
  private static func read(_ path: String, into fields: inout [String: [String]], depth: Int) {
    guard depth < 16, let bytes = FileManager.default.contents(atPath: path) else { return }
    var own: [String: [String]] = [:]
    var open: String?
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      guard let first = line.utf8.first else { continue }
      if first == UInt8(ascii: "-") || first == UInt8(ascii: " "), let key = open {
        let item = line.drop { $0 == " " }
        if item.hasPrefix("- ") { own[key, default: []].append(plain(item.dropFirst(2))) }
        continue
      }
      guard first != UInt8(ascii: "#"), let colon = line.firstIndex(of: ":") else { continue }
      let key = plain(line[..<colon])
      open = nil
      guard ["task", "group", "tag", "include"].contains(key) else { continue }
      let value = plain(line[line.index(after: colon)...])
      if value.hasPrefix("[") {
        own[key] = value.dropFirst().dropLast().split(separator: ",").map { plain($0) }
      } else if value.isEmpty {
        open = key
      } else if value != "null" {
        own[key] = [value]
      }
    }
    fields.merge(own) { mine, _ in mine }
    for include in own["include"] ?? [] {
      let folder = (path as NSString).deletingLastPathComponent
      read(include.hasPrefix("/") ? include : "\(folder)/\(include)", into: &fields, depth: depth + 1)
    }
  }

  /// A scalar without white space, quotes and comment.
  private static func plain(_ text: Substring) -> String {
    var text = text.trimmingCharacters(in: .whitespaces)
    for quote in ["\"", "'"] where text.hasPrefix(quote) {
      return String(text.dropFirst().prefix { String($0) != quote })
    }
    if let comment = text.range(of: " #") { text = String(text[..<comment.lowerBound]) }
    return text.trimmingCharacters(in: .whitespaces)
  }
}
