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
  let configuration: String
  let progress: CheckpointProgress?
  let identity: CheckpointIdentity?

  var file: String { "\(path)/\(Self.fileName)" }

  /// - Throws: ``CheckpointError`` if `config.yaml` or `checkpoint.h5` is missing, or a file is not what it should be.
  init(path: String) throws(CheckpointError) {
    self.path = path
    guard let configuration = try readText("\(path)/\(Self.configurationName)") else {
      throw CheckpointError(.missing, "checkpoint '\(path)' has no '\(Self.configurationName)'")
    }
    guard exists("\(path)/\(Self.fileName)") else {
      throw CheckpointError(.missing, "checkpoint '\(path)' has no '\(Self.fileName)'")
    }
    self.configuration = configuration
    progress = try Self.decode("\(path)/\(Self.progressName)") {
      try JSONDecoder().decode(Progress.self, from: $0)
    }
    .map { CheckpointProgress(steps: $0.steps, score: $0.score) }
    identity = try Self.decode("\(path)/\(Self.identityName)") {
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

  private static func decode<Value>(_ path: String, _ body: (Data) throws -> Value) throws(CheckpointError)
    -> Value?
  {
    guard let text = try readText(path) else { return nil }
    do {
      return try body(Data(text.utf8))
    } catch let error as DecodingError {
      throw CheckpointError(.malformed, "'\(path)' is not what it should be: \(sentence(error))")
    } catch {
      throw CheckpointError(.malformed, "'\(path)' is not what it should be: \(error)")
    }
  }

  private static func sentence(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "expected the key '\(key.stringValue)'"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      "expected \(type) for '\(context.codingPath.map(\.stringValue).joined(separator: "/"))'"
    default: "no JSON"
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
