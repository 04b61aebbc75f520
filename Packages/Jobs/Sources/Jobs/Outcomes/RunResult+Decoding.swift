import Evaluations
import Foundation

extension RunResult: Decodable {
  private enum Key: String, CodingKey {
    case job, project, group, tasks, groups, results, provenance, counts, metrics, run
  }

  public init(from decoder: any Decoder) throws {
    let file = try decoder.container(keyedBy: Key.self)
    job = try file.decode(String.self, forKey: .job)
    project = try file.decodeIfPresent(String.self, forKey: .project)
    group = try file.decodeIfPresent(String.self, forKey: .group)
    provenance = try file.decode(Provenance.self, forKey: .provenance)
    run = try file.decode(RunReport.self, forKey: .run)
    let counts = try file.decode([String: Counts].self, forKey: .counts)
    (evaluations, groups) = ([], [])
    guard let entries = try file.decodeIfPresent([Entry].self, forKey: .metrics) else {
      try readByName(file, counts)
      return
    }
    for entry in entries {
      let metrics = entry.metrics.map(\.metric)
      if let name = entry.evaluation {
        evaluations.append(
          Evaluation(
            name: name, metrics: metrics, samples: entry.samples ?? 0, counts: counts[name] ?? Counts()))
      } else if let name = entry.group {
        groups.append(Group(name: name, evaluations: entry.evaluations ?? [], metrics: metrics))
      }
    }
  }

  /// A file of version 0.1.0 names metrics only as lm-evaluation-harness does, in no order that a reader could rely on: the
  /// evaluation's own result is the one of that value.
  private mutating func readByName(
    _ file: KeyedDecodingContainer<Key>, _ counts: [String: Counts]
  ) throws {
    let results = try file.decode([String: Double?].self, forKey: .results)
    for (name, values) in try file.decode([String: [String: Double?]].self, forKey: .tasks).sorted(by: {
      $0.key < $1.key
    }) {
      let own = results[name] ?? nil
      let metrics = Metric.read(values).sorted { one, other in one.value == own && other.value != own }
      evaluations.append(
        Evaluation(
          name: name, metrics: metrics, samples: (values["samples"] ?? nil).map { Int($0) } ?? 0,
          counts: counts[name] ?? Counts()))
    }
    for (name, values) in try file.decode([String: [String: Double?]].self, forKey: .groups).sorted(by: {
      $0.key < $1.key
    }) {
      groups.append(Group(name: name, metrics: Metric.read(values)))
    }
  }

  /// Reads a `results.json`.
  ///
  /// - Throws: ``JobError`` for a file that is missing, or no results file of this version.
  public init(contentsOf path: String) throws(JobError) { self = try decodeResults(path) }

  private struct Entry: Decodable {
    var evaluation: String?
    var group: String?
    var evaluations: [String]?
    var samples: Int?
    var metrics: [Parts]
  }

  private struct Parts: Decodable {
    var name: String
    var filter: String
    /// `null` for what is no finite number.
    var value: Double?
    var stderr: Double?
    var higherIsBetter: Bool?
    var chance: Double?
    var majority: Double?

    private enum CodingKeys: String, CodingKey {
      case name, filter, value, stderr, chance, majority
      case higherIsBetter = "higher_is_better"
    }

    var metric: Metric {
      let guessBaselines = chance.flatMap { chance in
        majority.map { GuessBaselines(chance: chance, majority: $0) }
      }
      return Metric(
        name, filter: filter, value ?? .nan, standardError: stderr, higherIsBetter: higherIsBetter,
        guessBaselines: guessBaselines)
    }
  }
}

extension Metric {
  /// Metrics from `acc,none`, `acc_stderr,none`, `acc_chance,none` and `acc_majority,none`, by name.
  fileprivate static func read(_ values: [String: Double?]) -> [Metric] {
    let suffixes = ["_stderr", "_chance", "_majority"]
    return values.keys.sorted().compactMap { key in
      let parts = key.split(separator: ",", maxSplits: 1).map(String.init)
      guard parts.count == 2, !suffixes.contains(where: parts[0].hasSuffix) else { return nil }
      func beside(_ suffix: String) -> Double? { values["\(parts[0])\(suffix),\(parts[1])"] ?? nil }
      let guessBaselines = beside("_chance").flatMap { chance in
        beside("_majority").map { GuessBaselines(chance: chance, majority: $0) }
      }
      return Metric(
        parts[0], filter: parts[1], (values[key] ?? nil) ?? .nan, standardError: beside("_stderr"),
        guessBaselines: guessBaselines)
    }
  }
}

/// Reads what a caller needs of a `results.json`.
///
/// - Throws: ``JobError`` for a file that is missing, or that does not hold it.
package func decodeResults<Contents: Decodable>(_ path: String) throws(JobError) -> Contents {
  try decoded(path, .results, orElse: .noResults)
}

/// Reads what a caller needs of a file of JSON.
///
/// - Throws: ``JobError`` for a file that is missing, or that does not hold it.
package func decoded<Contents: Decodable>(
  _ path: String, _ file: JobError.MissingFile, orElse malformation: JobError.Malformation
) throws(JobError) -> Contents {
  let data = try JobError.contents(of: path, file)
  do { return try JSONDecoder().decode(Contents.self, from: data) } catch {
    throw JobError(.malformedFile(path: path, malformation))
  }
}
