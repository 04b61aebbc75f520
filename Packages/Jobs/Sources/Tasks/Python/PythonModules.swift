import Foundation
import Synchronization

/// The Python files beside task files, each read once while it does not change.
final class PythonModules: Sendable {
  static let shared = PythonModules()

  private struct Entry {
    var stamp: Stamp
    var module: PythonModule?
  }
  private struct Stamp: Equatable {
    var size: Int
    var modified: Date
  }
  private let entries = Mutex([String: Entry]())

  private init() {}

  /// - Returns: `nil` for a file that is missing or no Python.
  func module(at path: String) -> PythonModule? {
    let path = (path as NSString).standardizingPath
    guard let stamp = Self.stamp(of: path) else { return nil }
    if let entry = entries.withLock({ $0[path] }), entry.stamp == stamp { return entry.module }
    let module = PythonModule(path: path)
    entries.withLock { $0[path] = Entry(stamp: stamp, module: module) }
    return module
  }

  /// The file that an import names: beside the importing file, relative to it, or beneath the folder of tasks as
  /// `lm_eval.tasks.…`.
  func module(_ name: String, importedBy path: String) -> PythonModule? {
    let folder = (path as NSString).deletingLastPathComponent
    let prefix = "lm_eval.tasks."
    if name.hasPrefix(prefix) {
      let relative = name.dropFirst(prefix.count).split(separator: ".").joined(separator: "/")
      var root = folder
      while root.count > 1 {
        if let module = module(at: "\(root)/\(relative).py") { return module }
        root = (root as NSString).deletingLastPathComponent
      }
      return nil
    }
    let dots = name.prefix { $0 == "." }.count
    var base = folder
    for _ in 1..<max(dots, 1) { base = (base as NSString).deletingLastPathComponent }
    let relative = name.dropFirst(dots).split(separator: ".").joined(separator: "/")
    return relative.isEmpty ? nil : module(at: "\(base)/\(relative).py")
  }

  private static func stamp(of path: String) -> Stamp? {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      let size = attributes[.size] as? Int, let modified = attributes[.modificationDate] as? Date
    else { return nil }
    return Stamp(size: size, modified: modified)
  }
}
