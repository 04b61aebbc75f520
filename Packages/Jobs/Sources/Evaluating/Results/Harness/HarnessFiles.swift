import Basics
import Chat
import Evaluations
import Foundation
import Jobs
import Runs
import Tasks
import Tokenization

/// A finished run in the files of lm-evaluation-harness: `lm-eval/MODEL/results_TIME.json`, and
/// `samples_TASK_TIME.jsonl` with a line for each document and filter.
///
/// - Source: lm-evaluation-harness 0.4.13, `result_schema.py` and `EvaluationTracker`.
struct HarnessFiles {
  let scored: [ScoredEvaluation]
  let results: [EvaluationResult]
  let groups: [TaskGroup]
  let provenance: Provenance
  let run: RunReport
  /// What was evaluated, as the user named it.
  let model: String
  /// The first documents that were asked about; all where it is not positive.
  let limit: Int
  let tokenizer: any Tokenizer
  let chat: ChatContext

  /// The files, by their paths within the folder of results.
  func all() throws -> [(path: String, text: String)] {
    let time = Self.time(run.started)
    let folder = "lm-eval/" + Self.sanitized(model)
    let stems = ResultFiles.stems(of: scored.map(\.evaluation.name))
    let samples = try scored.map {
      ($0.evaluation.name, try $0.samples.map { try HarnessSample($0, tokenizer: tokenizer) })
    }
    let hashes = samples.map { ($0, JSONValue.text(HarnessSample.digest($1.map(\.hashes).joined()))) }
    return [("\(folder)/results_\(time).json", json(taskHashes: hashes).indented + "\n")]
      + samples.map { name, samples in
        let file = "\(folder)/samples_\(stems[name] ?? name)_\(time).jsonl"
        return (file, samples.flatMap(\.lines).map { $0.line + "\n" }.joined())
      }
  }

  private var instruction: String? { chat.systemPrompt.isEmpty ? nil : chat.systemPrompt }
  private var template: String? { chat.isForced ? chat.format.source : nil }

  private func json(taskHashes: [(String, JSONValue)]) -> JSONValue {
    var pairs: [(String, JSONValue)] = [
      ("results", .object(results.map { ($0.name, json(of: $0)) } + groupResults))
    ]
    if !groupResults.isEmpty { pairs.append(("groups", .object(groupResults))) }
    return .object(
      pairs + [
        ("group_subtasks", .object(groups.map { ($0.name, .list($0.tasks.map(JSONValue.text))) })),
        ("configs", .object(scored.map { ($0.evaluation.name, configuration(of: $0.evaluation)) })),
        ("versions", .object(scored.map { ($0.evaluation.name, version(of: $0.evaluation)) })),
        (
          "n-shot",
          .object(scored.map { ($0.evaluation.name, .integer($0.evaluation.definition.shots ?? 0)) })
        ),
        ("higher_is_better", .object(results.map { ($0.name, directions(of: $0)) })),
        ("n-samples", .object(scored.map { ($0.evaluation.name, counts(of: $0)) })),
        (
          "config",
          .object([
            ("model", .text("assay")), ("model_args", .text("pretrained=\(model)")),
            ("model_dtype", .text(provenance.mode)), ("model_sha", .optional(provenance.weights)),
            ("batch_size", .null), ("device", .text("cpu")), ("use_cache", .null),
            ("limit", limit > 0 ? .integer(limit) : .null), ("bootstrap_iters", .integer(100_000)),
            ("fewshot_seed", .integer(1234)),
          ])
        ),
        ("date", .number(run.started.timeIntervalSince1970)),
        ("max_length", .integer(provenance.blockSize)),
        ("task_hashes", .object(taskHashes)),
        ("model_source", .text("assay")), ("model_name", .text(model)),
        ("model_name_sanitized", .text(Self.sanitized(model))),
        ("system_instruction", .optional(instruction)),
        ("system_instruction_sha", .optional(instruction.map(HarnessSample.digest))),
        ("fewshot_as_multiturn", .bool(chat.isForced && chat.shotsAreTurns)),
        ("chat_template", .optional(template)),
        ("chat_template_sha", .optional(template.map(HarnessSample.digest))),
        ("assay_version", .text(assayVersion)),
        ("total_evaluation_time_seconds", .text("\(run.seconds)")),
      ])
  }

  private var groupResults: [(String, JSONValue)] {
    let tasks = results.map { ($0.name, TaskGroup.Result(metrics: $0.metrics, documents: $0.samples)) }
    let members = Dictionary(tasks) { first, _ in first }
    return groups.map { group in
      (
        group.name,
        .object(
          [("name", .text(group.name)), ("alias", .text(group.alias))] + pairs(group.metrics(of: members)))
      )
    }
  }

  private func json(of result: EvaluationResult) -> JSONValue {
    let alias = scored.first { $0.evaluation.name == result.name }?.evaluation.definition.alias
    return .object(
      [
        ("name", .text(result.name)), ("alias", .text(alias ?? result.name)),
        ("sample_len", .integer(result.samples)),
      ] + pairs(result.metrics))
  }

  private func pairs(_ metrics: [Metric]) -> [(String, JSONValue)] {
    metrics.flatMap { metric in
      [
        (metric.key(), .number(metric.value)),
        (metric.key("_stderr"), metric.standardError.map(JSONValue.number) ?? .text("N/A")),
      ]
    }
  }

  private func directions(of result: EvaluationResult) -> JSONValue {
    var seen: Set<String> = []
    return .object(
      result.metrics.filter { seen.insert($0.name).inserted }.map {
        ($0.name, $0.higherIsBetter.map(JSONValue.bool) ?? .null)
      })
  }

  private func version(of evaluation: any Evaluation) -> JSONValue {
    guard let version = evaluation.definition.version else { return .text("N/A") }
    return Double(version).map(JSONValue.number) ?? .text(version)
  }

  private func counts(of evaluation: ScoredEvaluation) -> JSONValue {
    let effective = Set(evaluation.samples.map(\.sample.document)).count
    return .object([
      ("original", .integer(evaluation.evaluation.count)), ("effective", .integer(effective)),
    ])
  }

  private func configuration(of evaluation: any Evaluation) -> JSONValue {
    evaluation.definition.settings.map(JSONValue.json) ?? .object([("task", .text(evaluation.name))])
  }

  /// The characters that the harness keeps out of names of folders.
  static func sanitized(_ name: String) -> String {
    name.replacingOccurrences(of: #"["<>:/|\\?*\[\]]+"#, with: "__", options: .regularExpression)
  }

  /// `2026-11-24T10-53-52.123456`, in universal time.
  private static func time(_ date: Date) -> String {
    let parts = Calendar(identifier: .gregorian).dateComponents(in: .gmt, from: date)
    return String(
      format: "%04d-%02d-%02dT%02d-%02d-%02d.%06d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0,
      parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0, (parts.nanosecond ?? 0) / 1000)
  }
}
