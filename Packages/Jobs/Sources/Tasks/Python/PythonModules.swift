import Basics
import Foundation
import Synchronization

/// The Python files beside task files, each read once while it does not change, and the functions that were found in them.
final class PythonModules: Sendable {
  static let shared = PythonModules()

  /// A file that was looked for, and what it was like; `nil` where it was not there.
  struct Lookup: Sendable {
    var path: String
    var stamp: FileStamp?

    var isCurrent: Bool { FileStamp(path: path) == stamp }
  }

  private struct Entry {
    var stamp: FileStamp
    var module: PythonModule?
  }
  private let entries = Mutex([String: Entry]())
  private let functions = Mutex([String: PythonFunction]())

  private init() {}

  /// Finds `utils.process_docs` of a task file in a folder. Hundreds of tasks may name the same function: it is found again
  /// where one of the files that it needs has changed.
  ///
  /// - Returns: `nil` where there is no such file, or it is no Python.
  func function(_ reference: String, in folder: String) -> PythonFunction? {
    let parts = reference.split(separator: ".").map(String.init)
    guard parts.count >= 2, let name = parts.last else { return nil }
    let path = "\(folder)/\(parts.dropLast().joined(separator: "/")).py"
    let key = "\(path):\(name)"
    if let known = functions.withLock({ $0[key] }), known.files.allSatisfy(\.isCurrent) { return known }
    var files: [Lookup] = []
    guard let module = module(at: path, noting: &files) else { return nil }
    let function = PythonFunction(name, in: module, foundIn: files)
    functions.withLock { $0[key] = function }
    return function
  }

  /// - Parameter files: Gets the file, whether it is there or not.
  /// - Returns: `nil` for a file that is missing or no Python.
  private func module(at path: String, noting files: inout [Lookup]) -> PythonModule? {
    let stamp = FileStamp(path: path)
    files.append(Lookup(path: path, stamp: stamp))
    guard let stamp else { return nil }
    if let entry = entries.withLock({ $0[path] }), entry.stamp == stamp { return entry.module }
    let module = PythonModule(path: (path as NSString).standardizingPath)
    entries.withLock { $0[path] = Entry(stamp: stamp, module: module) }
    return module
  }

  /// The file that an import names: beside the importing file, relative to it, or beneath the folder of tasks as
  /// `lm_eval.tasks.…`.
  ///
  /// - Parameter files: Gets every file that was looked for.
  func module(_ name: String, importedBy path: String, noting files: inout [Lookup]) -> PythonModule? {
    let folder = parentFolder(of: path)
    let prefix = "lm_eval.tasks."
    if name.hasPrefix(prefix) {
      let relative = name.dropFirst(prefix.count).split(separator: ".").joined(separator: "/")
      var roots = [folder]
      while let last = roots.last, last.count > 1 { roots.append(parentFolder(of: last)) }
      // The harness's own folder before those within it that have a file of the same name.
      let own = roots.filter { $0.hasSuffix("/lm_eval/tasks") }
      for root in own + roots {
        if let module = module(at: "\(root)/\(relative).py", noting: &files) { return module }
      }
      return nil
    }
    let dots = name.prefix { $0 == "." }.count
    var base = folder
    for _ in 1..<max(dots, 1) { base = parentFolder(of: base) }
    let relative = name.dropFirst(dots).split(separator: ".").joined(separator: "/")
    return relative.isEmpty ? nil : module(at: "\(base)/\(relative).py", noting: &files)
  }
}
