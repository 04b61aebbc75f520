import Evaluating
import Evaluations
import Foundation

/// A comparison of models as a person reads it.
struct DivergenceText {
  let text: String

  /// - Parameters:
  ///   - showsDocuments: Whether there is a line for each document.
  ///   - changes: How many tokens are shown at which a candidate is farthest.
  init(_ report: DivergenceReport, showsDocuments: Bool, changes: Int) {
    var parts = [Self.models(report)]
    for candidate in report.candidates {
      parts.append("\(candidate.model.name), from \(report.reference.name)")
      parts.append(Self.statistics(candidate.statistics))
      if showsDocuments { parts.append(Self.documents(report.documents, candidate.documents)) }
      parts += candidate.changes.prefix(changes).map { Self.change($0, in: report.documents) }
    }
    parts.append(Self.measured(report))
    text = parts.joined(separator: "\n\n")
  }

  /// A line for each model: what it takes and what it reaches.
  private static func models(_ report: DivergenceReport) -> String {
    let names = report.reference.scores.filter { $0.metric.name != perplexities }.map(\.evaluation)
    var table = TextTable(
      header: [
        "model", "mode", "MB", "tokens/s", "perplexity", "mean KL", "99 % KL", "maximum", "same top",
        "ratio of perplexities",
      ] + names)
    func row(_ model: DivergenceReport.Model, _ cells: [String]) -> [String] {
      let scores = names.map { name in
        model.scores.first { $0.evaluation == name }.map { score(of: $0.metric) } ?? ""
      }
      return [
        model.name, model.mode, model.bytesOnDisk.map { String(format: "%.1f", Double($0) / 1e6) } ?? "",
        model.seconds.map { String(format: "%.0f", Double(report.tokensRead) / $0) } ?? "",
      ] + cells + scores
    }
    if let first = report.candidates.first?.statistics {
      table.rows.append(
        row(report.reference, [number(first.referencePerplexity.value), "", "", "", "", ""]))
    }
    for candidate in report.candidates {
      let found = candidate.statistics
      table.rows.append(
        row(
          candidate.model,
          [
            number(found.candidatePerplexity.value), number(found.divergence?.mean.value),
            number(found.divergence?.quantile(0.99)), number(found.divergence?.maximum),
            percent(found.sameTop.value), number(found.perplexityRatio.value),
          ]))
    }
    return table.text
  }

  /// The metric of a text, which the table has already.
  private static let perplexities = "byte_perplexity"

  private static func score(of metric: Metric) -> String {
    number(metric.value) + (metric.standardError.map { " ± \(number($0))" } ?? "")
  }

  private static func statistics(_ found: DivergenceStatistics) -> String {
    let percents = Distribution.percentiles
    func lines(_ distribution: Distribution, _ name: String, _ format: (Double) -> String) -> [[String]] {
      var lines = [["maximum \(name)", format(distribution.maximum)]]
      for percentile in percents {
        let title = percentile == 50 ? "median" : String(format: "%g %%", percentile)
        lines.append(["\(title) \(name)", format(distribution.quantile(percentile / 100))])
      }
      return lines + [["minimum \(name)", format(distribution.minimum)]]
    }
    var rows = [
      ["perplexity of the candidate", estimate(found.candidatePerplexity)],
      ["perplexity of the reference", estimate(found.referencePerplexity)],
      ["ratio of perplexities", estimate(found.perplexityRatio)],
      ["ln of the ratio", estimate(found.logPerplexityRatio)],
      ["correlation of log-probabilities", found.correlation.map(percent) ?? "—"],
    ]
    if let divergence = found.divergence {
      rows.append(["mean KL", estimate(divergence.mean)])
      rows += lines(divergence, "KL", number)
    }
    rows.append(["mean Δp", estimate(found.probabilityChange.mean, percent)])
    rows += lines(found.probabilityChange, "Δp", percent)
    rows.append(["RMS Δp", estimate(found.rootMeanSquareChange, percent)])
    rows.append(["same top", estimate(found.sameTop, percent)])
    return TextTable.columns(rows).joined(separator: "\n")
  }

  private static func documents(
    _ documents: [ComparedDocument], _ statistics: [DivergenceStatistics]
  ) -> String {
    var table = TextTable(
      header: ["document", "tokens", "mean KL", "maximum", "same top", "mean Δp", "ratio of perplexities"])
    table.rows = zip(documents, statistics).map { document, found in
      [
        document.title, "\(found.tokens)", number(found.divergence?.mean.value),
        number(found.divergence?.maximum), percent(found.sameTop.value),
        percent(found.probabilityChange.mean.value), number(found.perplexityRatio.value),
      ]
    }
    return table.text
  }

  private static func change(_ change: ChangedToken, in documents: [ComparedDocument]) -> String {
    """
    \(change.divergence.map { "KL \(number($0)) " } ?? "")at position \(change.position) of \(documents[change.document].title)
      \(quoted(change.context)) → \(quoted(change.token.text)) \
    \(percent(change.token.referenceProbability)) → \(percent(change.token.candidateProbability))
      most probable: \(top(change.referenceTop)) → \(top(change.candidateTop))
    """
  }

  private static func top(_ top: ChangedToken.Top) -> String {
    quoted(top.text) + (top.probability.map { " \(percent($0))" } ?? "")
  }

  private static func measured(_ report: DivergenceReport) -> String {
    let settings = report.settings
    let tokens = report.candidates.first?.statistics.tokens ?? 0
    let isText = report.documents.contains { $0.window != nil }
    let what =
      isText
      ? "\(report.documents.count) windows of \(settings.context) tokens, cut by the rule '\(settings.windows?.rawValue ?? "")'"
      : "\(report.documents.count) documents in a context of \(settings.context) tokens"
    let ids =
      settings.vocabulary.map { "over \($0) ids" }
      ?? "against a run, which records no distributions: no divergence, and the probabilities of scored tokens only"
    let models = report.candidates.count + (report.reference.bytesOnDisk == nil ? 0 : 1)
    return """
      \(what): \(tokens) tokens scored, \(report.tokensRead) read by each model, \(ids)
      the process held at most \(report.peakMemory >> 20) MiB of memory, for \(models) model\(models == 1 ? "" : "s")
      """
  }
}

extension ComparedDocument {
  fileprivate var title: String {
    window.map { "\(evaluation) \(document), window \($0)" } ?? "\(evaluation) \(document)"
  }
}

/// Empty for what is not known.
private func number(_ value: Double?) -> String { value.map { number($0) } ?? "" }

private func number(_ value: Double) -> String {
  let size = abs(value)
  return String(format: size != 0 && (size < 1e-3 || size >= 1e6) ? "%.3e" : "%.4f", value)
}

private func percent(_ share: Double) -> String { String(format: "%.3f %%", 100 * share) }

/// A number with its error, and in brackets that of independent documents.
private func estimate(_ found: Estimate, _ format: (Double) -> String = number) -> String {
  format(found.value) + (found.standardError.map { " ± \(format($0))" } ?? "")
    + (found.clusteredError.map { " (± \(format($0)))" } ?? "")
}

/// A text on one line.
private func quoted(_ text: String) -> String {
  "'" + text.replacing("\n", with: "\\n").replacing("\t", with: "\\t").replacing("\r", with: "\\r") + "'"
}
