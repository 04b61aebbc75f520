import Configurate
import Foundation
import Jobs

/// The folder of a finished run, and what it says of the run: `ROOT/results/PROJECT/GROUP/NAME`, or one of the runs that
/// are kept there, `…/NAME/runs/ID`.
struct ResultsFolder {
  let root: String
  let project: String?
  let group: String?
  let name: String
  /// The settings that the run was made under.
  let settings: SettingsTree

  /// - Throws: `JobError` for another path, or for a folder without results and settings.
  init(_ path: String) throws {
    var parts = URL(fileURLWithPath: path).standardizedFileURL.pathComponents
    if parts.count > 6, parts[parts.count - 2] == "runs" { parts.removeLast(2) }
    guard FileManager.default.fileExists(atPath: path) else {
      throw JobError(.missingFile(path: path, .results))
    }
    guard parts.count > 4, parts[parts.count - 4] == "results" else {
      throw JobError(.notResults(path: path))
    }
    root = NSString.path(withComponents: Array(parts.dropLast(4)))
    name = parts[parts.count - 1]
    func file(_ name: String) throws -> SettingsTree {
      guard let text = try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) else {
        throw JobError(.missingFile(path: "\(path)/\(name)", .record))
      }
      return try SettingsTree(yaml: text, name: "\(path)/\(name)")
    }
    // Where they were not given, the file says so and the path does not.
    let results = try file("results.json")
    (project, group) = (try? results.value(of: "project"), try? results.value(of: "group"))
    // Beside the latest results there may stand the settings of a run of training.
    let id: String? = try? results.value(of: "run/id")
    let kept = id.map { "runs/\($0)/config.yaml" }
    let isKept = kept.map { FileManager.default.fileExists(atPath: "\(path)/\($0)") } ?? false
    settings = try file(isKept ? kept ?? "config.yaml" : "config.yaml")
  }
}
