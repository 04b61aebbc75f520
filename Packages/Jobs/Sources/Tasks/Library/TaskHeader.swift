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
/// Every file is read once by the YAML parser, however many include it, and the files of a folder are divided among the
/// threads; no scalar but those of four keys is looked at. So thirteen thousand files take a few seconds.
struct TaskHeaders: Sendable {
  /// The tasks and groups, by path.
  private(set) var all: [TaskHeader] = []
  /// The files that are no YAML.
  private(set) var unreadable: [TaskFinding] = []

  /// - Throws: ``TaskError`` for a folder that is not there.
  init(in directory: String) throws(TaskError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: directory, isDirectory: &isFolder), isFolder.boolValue,
      let files = FileManager.default.enumerator(atPath: directory)
    else { throw TaskError(.missingFolder(directory)) }
    let paths = files.compactMap { $0 as? String }.filter { $0.hasSuffix(".yaml") }.sorted()
      .map { "\(directory)/\($0)" }
    var known = Dictionary(uniqueKeysWithValues: zip(paths.map(Self.standard), Self.read(paths)))
    for path in paths {
      let fields = Self.resolved(path, &known)
      if let reason = fields.reason {
        unreadable.append(TaskFinding(file: path, line: reason.line, message: reason.message))
        continue
      }
      let tags = fields["tag"]
      if let group = fields["group"].first {
        all.append(TaskHeader(path: path, kind: .group(group), tags: tags))
      } else if let task = fields["task"].first {
        all.append(TaskHeader(path: path, kind: .task(task), tags: tags))
      }
    }
  }

  /// The fields of all files, read side by side.
  private static func read(_ paths: [String]) -> [TaskHeaderFields] {
    let share = 64
    let results = Mutex([[TaskHeaderFields]](repeating: [], count: (paths.count + share - 1) / share))
    Team.shared.run((paths.count + share - 1) / share) { part in
      let own = paths[part * share..<min((part + 1) * share, paths.count)].map(TaskHeaderFields.init(path:))
      results.withLock { $0[part] = own }
    }
    return results.withLock { Array($0.joined()) }
  }

  /// A file's fields with those of the files that it includes beneath them; later includes win over earlier ones.
  private static func resolved(
    _ path: String, _ known: inout [String: TaskHeaderFields]
  ) -> TaskHeaderFields {
    let path = standard(path)
    var own = known[path] ?? TaskHeaderFields(path: path)
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
    merged.reason = own.reason
    known[path] = merged
    return merged
  }

  private static func standard(_ path: String) -> String { (path as NSString).standardizingPath }
}

/// The keys of one file by which it is found.
struct TaskHeaderFields: Sendable {
  private var values: [String: [String]] = [:]
  var includes: [String] = []
  /// Why the file could not be read.
  var reason: (line: Int, message: String)?

  private static let largest = 16 << 20

  init() {}

  init(path: String) {
    guard let bytes = FileManager.default.contents(atPath: path), bytes.count <= Self.largest else { return }
    guard let yaml = String(validating: bytes, as: UTF8.self) else {
      reason = (0, "not UTF-8")
      return
    }
    do {
      // Without rules, a scalar is a text at once.
      for (key, value) in try LenientYAML.compose(yaml, .basic)?.mapping ?? [:] {
        guard let name = key.scalar?.string else { continue }
        switch name {
        case "task", "group", "tag": values[name] = Self.texts(value)
        case "include": includes = Self.texts(value) ?? []
        default: break
        }
      }
    } catch {
      let (line, message) = TaskNode.reason(error)
      reason = (line, message)
    }
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
