import Basics
import Configurate
import Evaluations
import Foundation
import Jobs
import Models
import Tasks
import TensorCore

/// What a finished evaluation leaves behind: `results.json` and the `config.yaml` that it was made under.
///
/// The first four keys are those of the original system. Everything outside `run` is the same, byte for byte, whenever
/// the same evaluations are run on the same weights under the same settings.
package struct ResultsFile {
  package static let name = "results.json"
  package static let configurationName = "config.yaml"

  let spec: ExecutionSpec
  let results: [EvaluationResult]
  var groups: [TaskGroup] = []
  let provenance: Provenance
  let run: RunReport

  var json: JSONValue {
    .object([
      ("job", .text(spec.job.name)),
      ("project", .optional(spec.job.project)),
      ("group", .optional(spec.job.group)),
      ("results", .object(results.map { ($0.name, .number($0.metrics.first?.value ?? 0)) })),
      ("tasks", .object(results.map { ($0.name, $0.json) })),
      ("groups", .object(groups.map { ($0.name, json(of: $0)) })),
      ("provenance", provenance.json),
      ("counts", .object(results.map { ($0.name, $0.counts.json) })),
      ("run", run.json),
    ])
  }
}

extension ResultsFile {
  /// The metrics of a group, from those of its tasks.
  fileprivate func json(of group: TaskGroup) -> JSONValue {
    let tasks = results.map { ($0.name, TaskGroup.Result(metrics: $0.metrics, documents: $0.samples)) }
    return .metrics(group.metrics(of: Dictionary(tasks) { first, _ in first }))
  }
}

/// What a number rests on.
struct Provenance: Equatable, Decodable {
  var weights: String?
  var tokenizer: String
  var kernels: String
  var mode: String
  /// The longest sequence that the model read.
  var blockSize: Int
  var length: Int
  /// Over how many ranks the model was cut; `nil` in files of runs that were not, which need not say so.
  var shards: Int?

  private enum CodingKeys: String, CodingKey {
    case weights, tokenizer, kernels, mode, length, shards
    case blockSize = "block_size"
  }

  var json: JSONValue {
    .object(
      [
        ("weights", .optional(weights)),
        ("tokenizer", .text(tokenizer)),
        ("kernels", .text(kernels)),
        ("mode", .text(mode)),
        ("block_size", .integer(blockSize)),
        ("length", .integer(length)),
      ] + (shards.map { [("shards", .integer($0))] } ?? []) + [("version", .text(assayVersion))])
  }
}

/// The version of these packages, written into every result.
public let assayVersion = "0.1.0"

/// What this run took; it differs from run to run.
struct RunReport {
  var started: Date
  var seconds: Double
  /// Different requests that were computed in this run, and that the journal had.
  var computed: Int
  var remembered: Int
  var hardware: Hardware
  var threads: Int

  var json: JSONValue {
    .object([
      ("started", .text(started.formatted(.iso8601))),
      ("seconds", .number((seconds * 1000).rounded() / 1000)),
      ("requests_computed", .integer(computed)),
      ("requests_from_journal", .integer(remembered)),
      ("host", .text(hardware.hosts.joined(separator: ","))),
      ("chip", .text(hardware.chip.displayName)),
      ("cores", .integer(hardware.cores)),
      ("threads", .integer(threads)),
      ("peak_memory_bytes", .integer(Machine.peakMemory)),
    ])
  }
}

extension EvaluationResult {
  fileprivate var json: JSONValue { .metrics(metrics, after: [("samples", .integer(samples))]) }
}

extension JSONValue {
  /// Metrics under the names that lm-evaluation-harness gives them: `acc,none`, `acc_stderr,none`.
  fileprivate static func metrics(_ metrics: [Metric], after first: [(String, JSONValue)] = []) -> JSONValue {
    var pairs = first
    for metric in metrics {
      pairs.append((metric.key(), .number(metric.value)))
      if let error = metric.standardError { pairs.append((metric.key("_stderr"), .number(error))) }
      guard let guessing = metric.guessing else { continue }
      pairs.append((metric.key("_chance"), .number(guessing.chance)))
      pairs.append((metric.key("_majority"), .number(guessing.majority)))
    }
    return .object(pairs)
  }
}

extension Counts {
  var json: JSONValue {
    .object(
      [
        ("asked", .integer(asked)), ("truncated", .integer(truncated)), ("merged", .integer(merged)),
        ("tied", .integer(tied)),
      ] + rare.map { ($0.name, .integer($0.count)) })
  }
}
