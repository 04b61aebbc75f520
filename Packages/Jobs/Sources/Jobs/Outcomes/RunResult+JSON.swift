public import Basics
import Evaluations

extension RunResult {
  /// The contents of `results.json`.
  ///
  /// The first four keys are those of the original system. Everything outside `run` is the same, byte for byte, whenever
  /// the same evaluations are run on the same weights under the same settings.
  public var json: JSONValue {
    .object([
      ("job", .text(job)),
      ("project", .optional(project)),
      ("group", .optional(group)),
      ("results", .object(evaluations.map { ($0.name, .number($0.metrics.first?.value ?? 0)) })),
      ("tasks", .object(evaluations.map { ($0.name, .byName($0.metrics, samples: $0.samples)) })),
      ("groups", .object(groups.map { ($0.name, .byName($0.metrics)) })),
      ("provenance", provenance.json),
      ("counts", .object(evaluations.map { ($0.name, $0.counts.json) })),
      (
        "metrics",
        .list(
          evaluations.map(\.json)
            + groups.map {
              .inOrder(
                "group", $0.name, $0.metrics, [("evaluations", .list($0.evaluations.map(JSONValue.text)))])
            })
      ),
      ("run", run.json),
    ])
  }
}

extension RunResult.Evaluation {
  /// Name, samples and metrics, as the list of all metrics has them.
  package var json: JSONValue { .inOrder("evaluation", name, metrics, [("samples", .integer(samples))]) }
}

extension JSONValue {
  /// Metrics under the names that lm-evaluation-harness gives them: `acc,none`, `acc_stderr,none`.
  fileprivate static func byName(_ metrics: [Metric], samples: Int? = nil) -> JSONValue {
    var pairs: [(String, JSONValue)] = samples.map { [("samples", .integer($0))] } ?? []
    for metric in metrics {
      pairs.append((metric.key(), .number(metric.value)))
      if let error = metric.standardError { pairs.append((metric.key("_stderr"), .number(error))) }
      guard let guessBaselines = metric.guessBaselines else { continue }
      pairs.append((metric.key("_chance"), .number(guessBaselines.chance)))
      pairs.append((metric.key("_majority"), .number(guessBaselines.majority)))
    }
    return .object(pairs)
  }

  /// The same in the order of the run, a member for each part of a metric.
  fileprivate static func inOrder(
    _ kind: String, _ name: String, _ metrics: [Metric], _ facts: [(String, JSONValue)]
  ) -> JSONValue {
    .object([(kind, .text(name))] + facts + [("metrics", .list(metrics.map(Self.parts)))])
  }

  private static func parts(_ metric: Metric) -> JSONValue {
    var pairs: [(String, JSONValue)] = [
      ("name", .text(metric.name)), ("filter", .text(metric.filter)), ("value", .number(metric.value)),
    ]
    if let error = metric.standardError { pairs.append(("stderr", .number(error))) }
    if let higherIsBetter = metric.higherIsBetter {
      pairs.append(("higher_is_better", .bool(higherIsBetter)))
    }
    if let guessBaselines = metric.guessBaselines {
      pairs += [("chance", .number(guessBaselines.chance)), ("majority", .number(guessBaselines.majority))]
    }
    return .object(pairs)
  }
}

extension Counts {
  fileprivate var json: JSONValue {
    .object(
      [
        ("asked", .integer(asked)), ("truncated", .integer(truncated)), ("merged", .integer(merged)),
        ("tied", .integer(tied)),
      ] + rare.map { ($0.name, .integer($0.count)) })
  }
}
