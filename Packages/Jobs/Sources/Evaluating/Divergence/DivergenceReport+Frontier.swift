public import Models

extension DivergenceReport {
  /// Divergence against size on disk: each candidate, and the line of those that no other beats in both. Of what has no
  /// divergence there is nothing to draw.
  public var frontier: Figure {
    let points = candidates.compactMap { candidate in
      candidate.statistics.divergence.map { divergence in
        (
          name: candidate.model.name, x: Double(candidate.model.bytesOnDisk ?? 0) / 1e6,
          y: divergence.mean.value
        )
      }
    }
    var best: [(x: Double, y: Double)] = []
    for point in points.sorted(by: { ($0.x, $0.y) < ($1.x, $1.y) }) where point.y < best.last?.y ?? .infinity
    {
      best.append((point.x, point.y))
    }
    let marks = points.map { Figure.Line($0.name, x: [$0.x], y: [$0.y]) }
    let line = Figure.Line("frontier", x: best.map(\.x), y: best.map(\.y), isFaint: true)
    return Figure(
      "Divergence from \(reference.name)",
      .lines(
        marks + [line], x: .init("size on disk", unit: "MB"),
        y: .init("mean divergence", unit: "nats", isLogarithmic: true)))
  }
}
