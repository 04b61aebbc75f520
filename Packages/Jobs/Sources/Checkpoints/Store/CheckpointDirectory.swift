internal import Basics
internal import Foundation

/// How far training had come: `config.json`.
public struct CheckpointProgress: Sendable, Equatable {
  public var steps: Int
  /// The validation score; `nil` when it is not a finite number, which JSON cannot hold.
  public var score: Double?

  public init(steps: Int, score: Double?) {
    self.steps = steps
    self.score = score.flatMap { $0.isFinite ? $0 : nil }
  }
}

/// Which job made a checkpoint: `job.json`.
public struct CheckpointIdentity: Sendable, Equatable, Codable {
  public var name: String
  public var id: String?
  public var project: String?
  public var group: String?

  public init(name: String, id: String? = nil, project: String? = nil, group: String? = nil) {
    self.name = name
    self.id = id
    self.project = project
    self.group = group
  }
}

/// The small files of a checkpoint's directory.
struct CheckpointDirectory {
  static let fileName = "checkpoint.h5"
  static let configurationName = "config.yaml"
  static let progressName = "config.json"
  static let identityName = "job.json"

  let path: String
  let contents: CheckpointContents
  let configuration: String
  let progress: CheckpointProgress?
  let identity: CheckpointIdentity?

  var file: String { "\(path)/\(Self.fileName)" }

  /// Opens all files of one directory, however often another takes its name.
  ///
  /// - Throws: ``CheckpointError`` if `config.yaml` or `checkpoint.h5` is missing, or a file is not what it should be.
  static func open(path: String) throws(CheckpointError) -> CheckpointDirectory {
    for _ in 0..<100 {
      let directory = try OpenDirectory(path: path)
      do throws(CheckpointError) {
        let opened = try CheckpointDirectory(directory)
        // Files of a directory that was replaced are taken away one by one: one that was not there need not be optional.
        if opened.isComplete || !directory.isReplaced { return opened }
      } catch {
        guard directory.isReplaced else { throw error }
      }
    }
    throw CheckpointError(.restless, at: path)
  }

  private var isComplete: Bool { progress != nil && identity != nil }

  private init(_ directory: OpenDirectory) throws(CheckpointError) {
    path = directory.path
    guard let configuration = try directory.text(Self.configurationName) else {
      throw CheckpointError(.part(name: Self.configurationName), at: path)
    }
    guard let contents = try directory.contents(Self.fileName) else {
      throw CheckpointError(.part(name: Self.fileName), at: path)
    }
    self.contents = contents
    self.configuration = configuration
    progress = try Self.decode(Self.progressName, in: directory) {
      try JSONDecoder().decode(Progress.self, from: $0)
    }
    .map { CheckpointProgress(steps: $0.steps, score: $0.score) }
    identity = try Self.decode(Self.identityName, in: directory) {
      try JSONDecoder().decode(CheckpointIdentity.self, from: $0)
    }
  }

  /// `config.json` as others write it: Python writes `-Infinity`, which no JSON reader has to accept.
  private struct Progress: Codable {
    var steps: Int
    var score: Double?

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(steps, forKey: .steps)
      try container.encode(score, forKey: .score)  // null rather than absent
    }
  }

  private static func decode<Value>(
    _ name: String, in directory: OpenDirectory, _ body: (Data) throws -> Value
  ) throws(CheckpointError) -> Value? {
    guard let text = try directory.text(name) else { return nil }
    let path = "\(directory.path)/\(name)"
    do {
      return try body(Data(text.utf8))
    } catch {
      throw CheckpointError(.violation(Violation(decoding: error)), at: path)
    }
  }

  static func encoded(_ progress: CheckpointProgress) throws -> String {
    try encoded(Progress(steps: progress.steps, score: progress.score))
  }

  static func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}
