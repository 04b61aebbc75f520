import Figures
public import Models

extension DivergenceReport {
  /// Divergence against size on disk: each candidate, and the line of those that no other beats in both. Of what has no
  /// divergence there is nothing to draw.
  public var frontier: Figure {
    let points = candidates.compactMap { candidate in
      candidate.statistics.divergence.map { divergence in
        FrontierPoint(
          name: candidate.model.name, bytes: candidate.model.bytesOnDisk ?? 0,
          divergence: divergence.mean.value)
      }
    }
    return .frontier(points, from: reference.name)
  }
}
