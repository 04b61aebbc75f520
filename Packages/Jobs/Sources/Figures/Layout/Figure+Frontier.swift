public import Models

/// A model that is smaller than a reference, and how far it is from it.
public struct FrontierPoint: Sendable {
  public let name: String
  /// On disk.
  public let bytes: Int
  /// The mean divergence from the reference, in nats.
  public let divergence: Double

  public init(name: String, bytes: Int, divergence: Double) {
    (self.name, self.bytes, self.divergence) = (name, bytes, divergence)
  }
}

extension Figure {
  /// Divergence against size on disk: each model, and the line of those that no other beats in both.
  public static func frontier(_ points: [FrontierPoint], from reference: String) -> Figure {
    func megabytes(_ point: FrontierPoint) -> Double { Double(point.bytes) / 1e6 }
    var best: [FrontierPoint] = []
    for point in points.sorted(by: { ($0.bytes, $0.divergence) < ($1.bytes, $1.divergence) })
    where point.divergence < best.last?.divergence ?? .infinity {
      best.append(point)
    }
    let marks = points.map { Line($0.name, x: [megabytes($0)], y: [$0.divergence]) }
    let line = Line("frontier", x: best.map(megabytes), y: best.map(\.divergence), isFaint: true)
    return Figure(
      "Divergence from \(reference)",
      .lines(
        marks + [line], x: .init("size on disk", unit: "MB"),
        y: .init("mean divergence", unit: "nats", isLogarithmic: true)))
  }
}
