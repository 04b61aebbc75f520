internal import Basics
internal import Foundation

/// The checkpoints below a root directory: `{root}/checkpoints/{project}/{group}/{name}/{suffix}/`.
public struct CheckpointStore: Sendable {
  /// The directory of a run's checkpoints, and of `results` and `journal` beside them.
  public let root: String

  public init(root: String) { self.root = root }

  /// Where all checkpoints are.
  public var directory: String { "\(root)/checkpoints" }

  /// Where the checkpoints of one job are.
  ///
  /// - Parameters:
  ///   - project: `general` if `nil`.
  ///   - group: `default` if `nil`.
  /// - Throws: ``CheckpointError`` if one of them is not the name of a directory.
  public func directory(project: String?, group: String?, name: String) throws(CheckpointError) -> String {
    let names = [("project", project ?? "general"), ("group", group ?? "default"), ("name", name)]
    for (role, name) in names where !isPlainName(name[...]) {
      throw CheckpointError(.directoryName(role: role), at: name)
    }
    return ([directory] + names.map(\.1)).joined(separator: "/")
  }

  /// Where one checkpoint is or will be.
  ///
  /// - Parameter suffix: Such as `best` or `final/409600`.
  /// - Throws: ``CheckpointError`` if the suffix is no relative path, or begins with `latest`.
  public func location(
    project: String? = nil, group: String? = nil, name: String, suffix: String
  ) throws(CheckpointError) -> String {
    let directory = try directory(project: project, group: group, name: name)
    let parts = suffix.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ isPlainName($0) }), parts.first != "latest" else {
      throw CheckpointError(.suffix, at: suffix)
    }
    return "\(directory)/\(suffix)"
  }

  /// The jobs that have folders of checkpoints, sorted by project, group and name.
  public var jobs: [CheckpointIdentity] {
    func folders(in path: String) -> [String] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      return names.filter { isPlainName($0[...]) && isFolder("\(path)/\($0)") }.sorted()
    }
    return folders(in: directory).flatMap { project in
      folders(in: "\(directory)/\(project)").flatMap { group in
        folders(in: "\(directory)/\(project)/\(group)").map {
          CheckpointIdentity(name: $0, project: project, group: group)
        }
      }
    }
  }

  /// The suffixes of a job's checkpoints: directories that hold `config.yaml`, in the order of their names, numbers by
  /// value (`ntoks/900` before `ntoks/1000`). Empty if the job has none.
  public func suffixes(project: String? = nil, group: String? = nil, name: String) throws(CheckpointError)
    -> [String]
  {
    let directory = try directory(project: project, group: group, name: name)
    var found: [String] = []
    func visit(_ suffix: String, _ depth: Int) {
      let path = suffix.isEmpty ? directory : "\(directory)/\(suffix)"
      if !suffix.isEmpty, exists("\(path)/\(CheckpointDirectory.configurationName)") { found.append(suffix) }
      guard depth < 16, let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return }
      for name in names where isPlainName(name[...]) && isFolder("\(path)/\(name)") {
        visit(suffix.isEmpty ? name : "\(suffix)/\(name)", depth + 1)
      }
    }
    visit("", 0)
    return found.sorted(by: naturallyPrecedes)
  }

  /// The suffix in the file `latest`, or `nil` if there is none.
  public func latest(project: String? = nil, group: String? = nil, name: String) throws(CheckpointError)
    -> String?
  {
    let directory = try directory(project: project, group: group, name: name)
    return try readText("\(directory)/latest")?.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Makes `suffix` the newest checkpoint of a job.
  public func setLatest(
    _ suffix: String, project: String? = nil, group: String? = nil, name: String
  ) throws(CheckpointError) {
    _ = try location(project: project, group: group, name: name, suffix: suffix)
    try writeWhole(suffix, to: "\(try directory(project: project, group: group, name: name))/latest")
  }

  /// Begins a checkpoint, which is the `latest` once it is finished.
  ///
  /// - Parameters:
  ///   - identity: Names the job, and with project and group the place.
  ///   - configuration: The whole resolved settings, with `job:`, as YAML.
  public func writer(
    for identity: CheckpointIdentity, suffix: String, configuration: String, progress: CheckpointProgress,
    layout: CheckpointFileWriter.Layout = .contiguous
  ) throws(CheckpointError) -> CheckpointWriter {
    let location = try location(
      project: identity.project, group: identity.group, name: identity.name, suffix: suffix)
    try makeDirectory(split(location).directory)
    let writer = try CheckpointWriter(
      directory: location, configuration: configuration, progress: progress, identity: identity,
      layout: layout)
    writer.afterwards = { () throws(CheckpointError) in
      try setLatest(suffix, project: identity.project, group: identity.group, name: identity.name)
    }
    return writer
  }
}
