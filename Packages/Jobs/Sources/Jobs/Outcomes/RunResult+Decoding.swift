import Evaluations
import Foundation

extension RunResult: Decodable {
  private enum Key: String, CodingKey { case job, project, group, provenance, counts, metrics, run }

  public init(from decoder: any Decoder) throws {
    let file = try decoder.container(keyedBy: Key.self)
    job = try file.decode(String.self, forKey: .job)
    project = try file.decodeIfPresent(String.self, forKey: .project)
    group = try file.decodeIfPresent(String.self, forKey: .group)
    provenance = try file.decode(Provenance.self, forKey: .provenance)
    run = try file.decode(RunReport.self, forKey: .run)
    let counts = try file.decode([String: Counts].self, forKey: .counts)
    (evaluations, groups) = ([], [])
    for entry in try file.decode([Entry].self, forKey: .metrics) {
      let metrics = entry.metrics.map(\.metric)
      if let name = entry.evaluation {
        evaluations.append(
          Evaluation(
            name: name, metrics: metrics, samples: entry.samples ?? 0, counts: counts[name] ?? Counts()))
      } else if let name = entry.group {
        groups.append(Group(name: name, metrics: metrics))
      }
    }
  }

  /// Reads a `results.json`.
  ///
  /// - Throws: ``JobError`` for a file that is missing, or no results file of this version.
  public init(contentsOf path: String) throws(JobError) { self = try decodeResults(path) }

  private struct Entry: Decodable {
    var evaluation: String?
    var group: String?
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
      let guessing = chance.flatMap { chance in majority.map { Guessing(chance: chance, majority: $0) } }
      return Metric(
        name, filter: filter, value ?? .nan, standardError: stderr, higherIsBetter: higherIsBetter,
        guessing: guessing)
    }
  }
}

/// Reads what a caller needs of a `results.json`.
///
/// - Throws: ``JobError`` for a file that is missing, or that does not hold it.
package func decodeResults<Contents: Decodable>(_ path: String) throws(JobError) -> Contents {
  guard let data = FileManager.default.contents(atPath: path) else {
    throw JobError(.missingFile(path: path, .results))
  }
  do { return try JSONDecoder().decode(Contents.self, from: data) } catch {
    throw JobError(.malformedFile(path: path, .noResults))
  }
}
