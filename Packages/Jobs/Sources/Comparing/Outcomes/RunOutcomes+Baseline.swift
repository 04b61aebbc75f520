public import Basics
import Files
import Foundation
public import Jobs

/// A baseline file: the outcomes of a run in a few bytes a document, to be committed beside the code.
///
///     {"format": "assay-baseline", "version": 1, "model": …, "weights": …, "settings": {…},
///      "tasks": {"arc_easy": {"metric": "acc,none", "count": 400, "digests": "3f1c09aa…", "scores": "0110…"}}}
///
/// `digests` has eight hexadecimal digits a document. `scores` is a digit a document where all are right or wrong, else a
/// list of numbers. `documents`, a list of indices, stands where they are not those from zero on; `weights` where they are
/// not 1.
extension RunOutcomes {
  private static let format = "assay-baseline"
  private static let version = 1

  public var json: JSONValue {
    .object([
      ("format", .text(Self.format)), ("version", .integer(Self.version)), ("title", .text(title)),
      ("model", .optional(model)), ("weights", .optional(weights)),
      ("settings", .object(settings.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })),
      ("tasks", .object(tasks.map { ($0.name, $0.json) })),
    ])
  }

  /// - Throws: ``JobError`` where the file cannot be written.
  public func save(to path: String) throws(JobError) { try WholeFile.write(json.indented + "\n", to: path) }

  /// Reads a baseline file.
  ///
  /// - Throws: ``JobError`` for a file that is missing or no baseline of this version.
  public init(baseline path: String) throws(JobError) {
    let data = try JobError.contents(of: path, .baseline)
    guard let members = (try? JSONValue(Array(data)))?.object, members["format"]?.text == Self.format,
      members["version"]?.integer == Self.version, let tasks = members["tasks"]?.object
    else { throw JobError(.malformedFile(path: path, .noBaseline(task: nil))) }
    var outcomes: [TaskOutcomes] = []
    for name in tasks.names {
      guard let task = tasks[name]?.object.flatMap({ TaskOutcomes(name, $0) }) else {
        throw JobError(.malformedFile(path: path, .noBaseline(task: name)))
      }
      outcomes.append(task)
    }
    let settings = members["settings"]?.object
    self.init(
      title: members["title"]?.text ?? path, model: members["model"]?.text, weights: members["weights"]?.text,
      settings: Dictionary(
        uniqueKeysWithValues: (settings?.names ?? []).compactMap { name in
          settings?[name]?.text.map { (name, $0) }
        }), tasks: outcomes)
  }

  /// Whether a file is named, and no folder or run.
  public static func isBaseline(_ path: String) -> Bool {
    path.hasSuffix(".json") && FileManager.default.fileExists(atPath: path) && !isFolder(path)
  }
}

extension TaskOutcomes {
  fileprivate var json: JSONValue {
    let isBinary = documents.allSatisfy { [0, 1].contains($0.score) }
    var pairs: [(String, JSONValue)] = [
      ("metric", .text(metric)), ("count", .integer(documents.count)),
      ("digests", .text(documents.map(\.digest).joined())),
      (
        "scores",
        isBinary
          ? .text(documents.map { $0.score == 1 ? "1" : "0" }.joined())
          : .list(documents.map { .number($0.score) })
      ),
    ]
    if documents.map(\.index) != Array(documents.indices) {
      pairs.append(("documents", .list(documents.map { .integer($0.index) })))
    }
    if !documents.allSatisfy({ $0.weight == 1 }) {
      pairs.append(("weights", .list(documents.map { .number($0.weight) })))
    }
    return .object(pairs)
  }

  /// - Returns: `nil` for members that do not fit each other.
  fileprivate init?(_ name: String, _ members: JSONObject) {
    guard let metric = members["metric"]?.text, let count = members["count"]?.integer, count > 0,
      let digests = members["digests"]?.text.map({ Array($0.utf8) }), digests.count / 8 == count,
      digests.count % 8 == 0, let scores = members["scores"].flatMap(Self.scores), scores.count == count,
      let indices = Self.indices(members["documents"], count),
      let weights = Self.weights(members["weights"], count)
    else { return nil }
    let documents = (0..<count).map { place in
      DocumentOutcome(
        index: indices[place], digest: String(decoding: digests[8 * place..<8 * place + 8], as: UTF8.self),
        score: scores[place], weight: weights[place])
    }
    self.init(name: name, metric: metric, documents: documents)
  }

  private static func scores(_ value: JSONValue) -> [Double]? {
    guard let digits = value.text else { return numbers(value) }
    guard digits.allSatisfy({ $0 == "0" || $0 == "1" }) else { return nil }
    return digits.map { $0 == "1" ? 1 : 0 }
  }

  private static func indices(_ value: JSONValue?, _ count: Int) -> [Int]? {
    guard let list = value?.list else { return Array(0..<count) }
    let indices = list.compactMap(\.integer)
    let isSorted = zip(indices, indices.dropFirst()).allSatisfy { $0 < $1 }
    return indices.count == count && isSorted ? indices : nil
  }

  private static func weights(_ value: JSONValue?, _ count: Int) -> [Double]? {
    guard let value else { return Array(repeating: 1, count: count) }
    return numbers(value).flatMap { $0.count == count && $0.allSatisfy { $0 >= 0 } ? $0 : nil }
  }

  private static func numbers(_ value: JSONValue) -> [Double]? {
    guard let list = value.list else { return nil }
    let numbers = list.compactMap(\.number)
    return numbers.count == list.count ? numbers : nil
  }
}
