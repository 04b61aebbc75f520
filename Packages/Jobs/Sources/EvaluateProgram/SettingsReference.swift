import Basics
import Configurate
import Foundation
import Jobs

/// What is known of settings, over all jobs: what `evaluate help KEY` shows.
struct SettingsReference: CustomStringConvertible {
  let description: String

  /// - Parameters:
  ///   - name: A key with slashes or dots, or its last parts.
  ///   - commands: Names that may have been meant instead.
  /// - Throws: ``JobError`` with the nearest command or key for one that no job declares.
  init(of name: String, besides commands: [String]) throws(JobError) {
    var entries: [Entry] = []
    for (job, schema) in Self.schemas {
      for declaration in schema.declarations(named: name) { Self.add(declaration, of: job, to: &entries) }
    }
    guard !entries.isEmpty else {
      let nearest =
        nearestName(to: name, among: commands)
        ?? Self.schemas.lazy.compactMap { $0.schema.nearestKey(to: name) }.first
      throw JobError(.unknownTopic(name, nearest: nearest))
    }
    description = entries.map(\.text).joined(separator: "\n\n")
  }

  /// The settings of every job, by the job's key.
  static var schemas: [(job: String, schema: SettingsSchema)] {
    Registry.shared.jobs.compactMap { job in (try? job.type.schema()).map { (job.key, $0) } }
  }

  /// One declaration, and the jobs that have it alike.
  private struct Entry {
    let declaration: SettingDeclaration
    var jobs: [String]

    var text: String {
      let facts = TextTable.columns([
        ["type", declaration.typeName], ["default", declaration.defaultText],
        ["jobs", jobs.joined(separator: ", ")],
      ])
      return ([declaration.key] + ([declaration.help] + facts).map { "  " + $0 }).joined(separator: "\n")
    }
  }

  private static func add(_ declaration: SettingDeclaration, of job: String, to entries: inout [Entry]) {
    let like = entries.firstIndex { entry in
      let other = entry.declaration
      return other.key == declaration.key && other.help == declaration.help
        && other.typeName == declaration.typeName && other.defaultTree == declaration.defaultTree
    }
    if let like {
      entries[like].jobs.append(job)
    } else {
      entries.append(Entry(declaration: declaration, jobs: [job]))
    }
  }
}

extension SettingDeclaration {
  /// The default as a file of settings writes it.
  fileprivate var defaultText: String {
    if defaultTree.isMissing { return "none: it must be given" }
    if let text: String = try? String(settingsTree: defaultTree), text.isEmpty { return "''" }
    return "\(defaultTree)"
  }
}
