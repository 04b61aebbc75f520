import Figures
import Foundation
import Models

/// How far models are from a reference: numbers, figures, and the tokens that changed most.
struct DivergenceSection {
  private let compared: ComparedModels

  init(_ compared: ComparedModels) { self.compared = compared }

  var markup: Markup {
    """
    <section id="divergence" aria-labelledby="divergence-title">
    <h2 id="divergence-title">Divergence</h2>
    <p class="faint">From <bdi>\(compared.reference.model)</bdi> in \(compared.reference.mode), over the same positions: \
    KL(reference‖candidate) in nats, how often both find the same token most probable, and the change of the right token's \
    probability; ± is one standard error.</p>
    \(summary)<div class="figures">\([quantiles, frontier].compactMap(\.self))</div>
    \(compared.candidates.map(changes))</section>

    """
  }

  private var summary: Markup {
    let reference: [Markup] =
      Self.size(compared.reference) + Array(repeating: "", count: 6)
    let rows = compared.candidates.map { candidate -> [Markup] in
      Self.size(candidate.model) + [
        "\(candidate.divergence.map { Self.text($0.mean) } ?? "—")",
        "\(Numbers.text(candidate.divergence?.percentiles["99"]))",
        "\(Numbers.text(candidate.divergence?.maximum))",
        "\(Numbers.percent(candidate.sameTop.value))",
        "\(Numbers.percent(candidate.probabilityChange.mean.value))",
        "\(Self.text(candidate.perplexityRatio))",
      ]
    }
    return .table(
      "Models",
      header: [
        "model", "mode", "MB", "tokens/s", "mean KL", "99 % KL", "maximum", "same top", "mean Δp",
        "ratio of perplexities",
      ], numeric: Set(2...9), rows: [reference] + rows)
  }

  private static func size(_ model: ComparedModels.Model) -> [Markup] {
    [
      "<bdi>\(model.model)</bdi>", "\(model.mode)",
      "\(model.bytesOnDisk.map { Numbers.text(Double($0) / 1e6, decimals: 1) } ?? "")",
      "\(model.tokensPerSecond.map { Numbers.text($0, decimals: 0) } ?? "")",
    ]
  }

  private static func text(_ estimate: ComparedModels.Estimate) -> String {
    Numbers.text(estimate.value) + (estimate.stderr.map { " ± \(Numbers.text($0))" } ?? "")
  }

  /// How large the divergence of each share of positions is at most.
  private var quantiles: Markup? {
    let known = compared.candidates.compactMap { candidate in
      candidate.divergence.map { (name: candidate.model.model, quantiles: $0.quantiles) }
    }
    guard !known.isEmpty else { return nil }
    let figure = Figure(
      "Divergence by share of positions",
      .lines(
        known.map { name, quantiles in
          let drawn = quantiles.filter { $0.value > 0 }  // equal rows have no logarithm
          return Figure.Line(name, x: drawn.map(\.percent), y: drawn.map(\.value))
        },
        x: .init("positions", unit: "%"), y: .init("divergence at most", unit: "nats", isLogarithmic: true)))
    let rows = known.flatMap { name, quantiles in
      quantiles.map { percent, value -> [Markup] in
        ["<bdi>\(name)</bdi>", "\(String(format: "%g", percent))", "\(Numbers.text(value, decimals: 6))"]
      }
    }
    return .figure(
      figure, "Most positions change little; the tail is where answers change.",
      header: ["model", "% of positions", "nats at most"], numeric: [1, 2], rows: rows)
  }

  /// Divergence against size on disk, where both are known of several candidates.
  private var frontier: Markup? {
    let points = compared.candidates.compactMap { candidate -> FrontierPoint? in
      guard let divergence = candidate.divergence, let bytes = candidate.model.bytesOnDisk else { return nil }
      return FrontierPoint(name: candidate.model.model, bytes: bytes, divergence: divergence.mean.value)
    }
    guard points.count > 1 else { return nil }
    return .figure(
      .frontier(points, from: compared.reference.model),
      "The line joins those that no other beats in both size and divergence.",
      header: ["model", "MB", "mean KL"], numeric: [1, 2],
      rows: points.map {
        [
          "<bdi>\($0.name)</bdi>", "\(Numbers.text(Double($0.bytes) / 1e6, decimals: 1))",
          "\(Numbers.text($0.divergence, decimals: 6))",
        ]
      })
  }

  /// How many changed tokens of a candidate a page shows.
  private static let shownChanges = 20

  private func changes(_ candidate: ComparedModels.Candidate) -> Markup {
    guard !candidate.changes.isEmpty else { return "" }
    let rows = candidate.changes.prefix(Self.shownChanges).map { change -> [Markup] in
      [
        "<bdi>\(String(change.before.suffix(80)))</bdi><mark>\(change.token)</mark>",
        "\(Numbers.text(change.divergence))", "\(Numbers.percent(change.referenceProbability))",
        "\(Numbers.percent(change.candidateProbability))", "\(change.referenceTop.token)",
        "\(change.candidateTop.token)",
      ]
    }
    return .table(
      "The tokens at which \(candidate.model.model) is farthest",
      header: [
        "text and token", "KL", "probability before", "probability after", "most probable before",
        "most probable after",
      ], numeric: [1, 2, 3], rows: Array(rows))
  }
}
