import Basics
import Foundation
import Synchronization
import TensorCore
internal import Yams

/// The name that a file defines and the tags it carries.
struct TaskHeader: Sendable {
  enum Kind: Equatable, Sendable {
    case task(String)
    case group(String)
  }

  var path: String
  var kind: Kind
  var tags: [String]
}

/// The headers of all task files in a folder.
///
/// Every file is read once, however many include it, and the files of a folder are divided among the threads; only the lines
/// of four keys are looked at, and the YAML parser reads what is not written plainly. What was read of a large folder is
/// kept in the user's cache, so that next time only the files' dates are looked at.
struct TaskHeaders: Sendable {
  /// The tasks and groups, by path.
  private(set) var all: [TaskHeader] = []
  /// The files that are no YAML.
  private(set) var unreadable: [TaskFinding] = []

  /// - Parameter cache: Where headers are kept; `nil` for nowhere.
  /// - Throws: ``TaskError`` for a folder that is not there.
  init(in directory: String, cache: TaskHeaderCache? = .user) throws(TaskError) {
    guard isFolder(directory) else { throw TaskError(.missingFolder(directory)) }
    if let resolved = cache?.resolved(of: directory) {
      all = resolved
      return
    }
    let kept = cache?.headers(of: directory)
    var known = kept?.fields ?? [:]
    let paths = kept?.paths ?? FolderScan(directory, ending: ".yaml").files
    let stale = kept.map { kept in paths.filter { kept.fields[Self.standard($0)] == nil } } ?? paths
    for (path, fields) in zip(stale, Self.read(stale)) { known[Self.standard(path)] = fields }
    if kept == nil || stale.contains(where: { known[Self.standard($0)]?.reason == nil }) {
      cache?.keep(known, of: directory, paths)
    }
    for path in paths { add(path, Self.resolved(path, &known)) }
    // A file that is no YAML is read again, for its fault.
    if unreadable.isEmpty { cache?.keep(resolved: all, of: directory, known.mapValues(\.stamp)) }
  }

  private mutating func add(_ path: String, _ fields: TaskHeaderFields) {
    if let reason = fields.reason {
      return unreadable.append(TaskFinding(file: path, line: reason.line, reason.problem))
    }
    let tags = fields["tag"]
    if let group = fields["group"].first {
      all.append(TaskHeader(path: path, kind: .group(group), tags: tags))
    } else if let task = fields["task"].first {
      all.append(TaskHeader(path: path, kind: .task(task), tags: tags))
    }
  }

  /// The fields of all files, read side by side.
  private static func read(_ paths: [String]) -> [TaskHeaderFields] {
    let share = 64
    let results = Mutex([[TaskHeaderFields]](repeating: [], count: (paths.count + share - 1) / share))
    ThreadPool.shared.run((paths.count + share - 1) / share) { part in
      let own = paths[part * share..<min((part + 1) * share, paths.count)].map { TaskHeaderFields(path: $0) }
      results.withLock { $0[part] = own }
    }
    return results.withLock { Array($0.joined()) }
  }

  /// A file's fields with those of the files that it includes beneath them; later includes win over earlier ones.
  private static func resolved(
    _ path: String, _ known: inout [String: TaskHeaderFields]
  ) -> TaskHeaderFields {
    let path = standard(path)
    if let known = known[path], known.includes.isEmpty { return known }
    var own = known[path] ?? TaskHeaderFields(path: path, isIncluded: true)
    let includes = own.includes
    own.includes = []
    known[path] = own  // which is all of a file that includes itself
    guard !includes.isEmpty else { return own }
    var merged = TaskHeaderFields()
    for include in includes {
      let target = TaskSource.path(of: include, includedBy: path)
      merged = merged.overlaid(with: resolved(target, &known))
    }
    merged = merged.overlaid(with: own)
    (merged.reason, merged.stamp) = (own.reason, own.stamp)
    known[path] = merged
    return merged
  }

  /// The path without `.` and `..`, by which a file is known however it is named.
  static func standard(_ path: String) -> String {
    let bytes = path.utf8
    var previous: UInt8 = 0
    let isPlain = bytes.allSatisfy { byte in
      defer { previous = byte }
      return !(previous == UInt8(ascii: "/") && (byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".")))
    }
    if isPlain, !path.hasPrefix("."), !path.hasSuffix("/") { return path }
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}

/// The keys of one file by which it is found.
struct TaskHeaderFields: Sendable {
  private(set) var values: [String: [String]] = [:]
  var includes: [String] = []
  /// Why the file could not be read.
  var reason: (line: Int, problem: TaskFinding.Problem)?
  /// What the file was like when it was read; `nil` for one that was not there.
  var stamp: FileStamp?

  private static let largest = 16 << 20

  init() {}

  /// - Parameter isIncluded: Whether the file may have none of the keys; else one without them is looked at by the parser,
  ///   for its faults.
  init(path: String, isIncluded: Bool = false) {
    guard let (bytes, read) = FileStamp.contents(ofFile: path, most: Self.largest) else {
      stamp = FileStamp(path: path)
      return
    }
    stamp = read
    if let plain = TaskHeaderScan.values(of: bytes), isIncluded || !plain.isEmpty {
      for (key, texts) in plain {
        if key == "include" { includes = texts ?? [] } else { values[key] = texts }
      }
      return
    }
    guard let yaml = LenientYAML.text(bytes) else {
      reason = (0, .noText)
      return
    }
    self = TaskHeaderFields(parsing: yaml)
    stamp = read
  }

  /// The fields as the YAML parser reads them.
  init(parsing yaml: String) {
    do {
      for (key, value) in try LenientYAML.compose(yaml)?.mapping ?? [:] {
        guard let name = key.scalar?.string else { continue }
        switch name {
        case "task", "group", "tag": values[name] = Self.texts(value)
        case "include": includes = Self.texts(value) ?? []
        default: break
        }
      }
    } catch {
      let (line, words) = TaskNode.reason(error)
      reason = (line, .noYAML(reason: words))
    }
  }

  /// Fields that were kept.
  init(values: [String: [String]], includes: [String], stamp: FileStamp?) {
    (self.values, self.includes, self.stamp) = (values, includes, stamp)
  }

  /// The values of a key, none where the file does not have it or says null.
  subscript(key: String) -> [String] { values[key] ?? [] }

  /// These fields with those of `other` in their place; what `other` includes is done with.
  func overlaid(with other: TaskHeaderFields) -> TaskHeaderFields {
    var result = self
    result.values.merge(other.values) { _, theirs in theirs }
    return result
  }

  private static func texts(_ node: Node) -> [String]? {
    if let sequence = node.sequence { return sequence.compactMap(\.scalar?.string) }
    guard let scalar = node.scalar else { return [] }
    let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    return isNull ? nil : [scalar.string]
  }
}
