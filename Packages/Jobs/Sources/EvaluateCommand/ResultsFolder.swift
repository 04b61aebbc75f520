import Configurate
import Foundation
import Jobs

/// The folder of a finished run, and what it says of the run: `ROOT/results/PROJECT/GROUP/NAME`.
struct ResultsFolder {
  let root: String
  let project: String?
  let group: String?
  let name: String
  /// The settings that the run was made under.
  let settings: SettingsTree

  /// - Throws: `JobError` for another path, or for a folder without results and settings.
  init(_ path: String) throws {
    let parts = URL(fileURLWithPath: path).standardizedFileURL.pathComponents
    guard parts.count > 4, parts[parts.count - 4] == "results" else {
      throw JobError(.usage, "'\(path)' is no folder of results, which is ROOT/results/PROJECT/GROUP/NAME")
    }
    root = NSString.path(withComponents: Array(parts.dropLast(4)))
    name = parts[parts.count - 1]
    func file(_ name: String) throws -> SettingsTree {
      guard let text = try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) else {
        throw JobError(.missingInput, "there is no '\(path)/\(name)', which a finished run leaves")
      }
      return try SettingsTree(yaml: text, name: "\(path)/\(name)")
    }
    // Where they were not given, the file says so and the path does not.
    let results = try file("results.json")
    (project, group) = (try? results.value(of: "project"), try? results.value(of: "group"))
    settings = try file("config.yaml")
  }
}
