public import Basics
import Evaluations
import Foundation
import TensorCore

extension DivergenceReport {
  /// All that was found, positions too: numbers as columns, document by document.
  public var json: JSONValue {
    .object([
      ("context", .integer(settings.context)), ("windows", .optional(settings.windows?.rawValue)),
      ("vocabulary", settings.vocabulary.map(JSONValue.integer) ?? .null),
      ("tokens_read", .integer(tokensRead)),
      ("peak_memory_bytes", .integer(peakMemory)), ("reference", .object(reference.members(tokensRead))),
      ("candidates", .list(candidates.map(json))),
    ])
  }

  private func json(_ candidate: Candidate) -> JSONValue {
    var members = candidate.model.members(tokensRead) + candidate.statistics.members
    members.append(("changes", .list(candidate.changes.map(json))))
    let all = zip(documents, candidate.documents).map { document, statistics in
      var members = document.members + statistics.members
      members.append(("positions", positions(document, candidate)))
      return JSONValue.object(members)
    }
    members.append(("documents", .list(all)))
    return .object(members)
  }

  private func json(_ change: ChangedToken) -> JSONValue {
    var members = documents[change.document].members
    members += [
      ("position", .integer(change.position)),
      ("divergence", change.divergence.map(JSONValue.number) ?? .null),
      ("before", .text(change.context)), ("token", .text(change.token.text)),
      ("reference_probability", .number(change.token.referenceProbability)),
      ("candidate_probability", .number(change.token.candidateProbability)),
      ("reference_top", change.referenceTop.json), ("candidate_top", change.candidateTop.json),
    ]
    return .object(members)
  }

  private func positions(_ document: ComparedDocument, _ candidate: Candidate) -> JSONValue {
    func integers(_ name: String, _ value: (ComparedDocument.Token) -> Int) -> (String, JSONValue) {
      (name, .list(document.tokens.map { .integer(value($0)) }))
    }
    func numbers(_ name: String, _ value: (ComparedDocument.Token) -> Double) -> (String, JSONValue) {
      (name, .list(document.tokens.map { .number(value($0)) }))
    }
    let (own, other) = (readings, candidate.comparison.reading)
    let divergence = candidate.comparison.divergence
    let first = document.tokens.first?.request ?? 0
    return .object([
      integers("request") { $0.request - first },
      integers("position") { $0.position },
      integers("id") { Int(requests[$0.request].ids[$0.position]) },
      divergence.isEmpty ? ("divergence", .null) : numbers("divergence") { divergence[$0.place.row] },
      numbers("reference_log_probability") { own.targetLogProbability[$0.place.target] },
      numbers("candidate_log_probability") { other.targetLogProbability[$0.place.target] },
      integers("reference_top") { Int(own.argmax[$0.place.row]) },
      integers("candidate_top") { Int(other.argmax[$0.place.row]) },
    ])
  }
}

extension DivergenceReport.Model {
  fileprivate func members(_ tokensRead: Int) -> [(String, JSONValue)] {
    [
      ("model", .text(name)), ("mode", .text(mode)),
      ("bytes_on_disk", bytesOnDisk.map(JSONValue.integer) ?? .null),
      ("seconds", seconds.map(JSONValue.number) ?? .null),
      ("tokens_per_second", seconds.map { .number(Double(tokensRead) / $0) } ?? .null),
      (
        "evaluations",
        .object(
          scores.map { evaluation, metric in
            (
              evaluation,
              .object([
                (metric.key(), .number(metric.value)),
                (metric.key("_stderr"), metric.standardError.map(JSONValue.number) ?? .null),
              ])
            )
          })
      ),
    ]
  }
}

extension ComparedDocument {
  fileprivate var members: [(String, JSONValue)] {
    var members: [(String, JSONValue)] = [
      ("evaluation", .text(evaluation)), ("document", .integer(document)),
    ]
    if let window { members.append(("window", .integer(window))) }
    return members
  }
}

extension ChangedToken.Top {
  fileprivate var json: JSONValue {
    .object([("token", .text(text)), ("probability", probability.map(JSONValue.number) ?? .null)])
  }
}

extension DivergenceStatistics {
  /// The numbers by name; fractions of quantiles are in the names, in percent.
  fileprivate var members: [(String, JSONValue)] {
    [
      ("rows", .integer(rows)), ("tokens", .integer(tokens)), ("divergence", divergence?.json ?? .null),
      ("same_top", sameTop.json), ("probability_change", probabilityChange.json),
      ("probability_change_rms", rootMeanSquareChange.json),
      ("reference_perplexity", referencePerplexity.json),
      ("candidate_perplexity", candidatePerplexity.json), ("perplexity_ratio", perplexityRatio.json),
      ("log_perplexity_ratio", logPerplexityRatio.json),
      ("log_probability_correlation", correlation.map(JSONValue.number) ?? .null),
    ]
  }
}

extension Estimate {
  fileprivate var json: JSONValue {
    .object([
      ("value", .number(value)), ("stderr", standardError.map(JSONValue.number) ?? .null),
      ("stderr_clustered", clusteredError.map(JSONValue.number) ?? .null),
    ])
  }
}

extension Distribution {
  /// The quantiles that are shown, in percent.
  public static let percentiles = [99.9, 99, 95, 90, 75, 50, 25, 10, 5, 1, 0.1]

  fileprivate var json: JSONValue {
    let percentiles = Self.percentiles.map { percentile in
      (String(format: "%g", percentile), JSONValue.number(quantile(percentile / 100)))
    }
    return .object([
      ("mean", mean.json), ("maximum", .number(maximum)), ("minimum", .number(minimum)),
      ("percentiles", .object(percentiles)),
    ])
  }
}
