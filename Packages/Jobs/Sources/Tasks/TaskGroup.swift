public import Evaluations

/// Tasks whose results are summed up in one.
public struct TaskGroup: Sendable {
  public let name: String
  /// How the group is called in tables.
  public let alias: String
  /// The names of its tasks, those of groups within it among them.
  public let tasks: [String]
  let aggregates: [Aggregate]

  /// An entry of `aggregate_metric_list`.
  struct Aggregate: Sendable, Equatable {
    var metric: String
    /// `nil`: all that the tasks have.
    var filters: [String]?
    /// Whether a task counts by its documents; else all count the same.
    var isWeighted = true
  }

  /// The keys of a group; all others go before those of its tasks.
  static let keys = ["group", "group_alias", "task", "aggregate_metric_list", "metadata", "include", "tag"]

  /// What one task came to.
  public struct Result: Sendable {
    public var metrics: [Metric]
    /// How many documents were asked about.
    public var documents: Int

    public init(metrics: [Metric], documents: Int) {
      self.metrics = metrics
      self.documents = documents
    }
  }

  /// The group's metrics, each the mean of those tasks that have it.
  ///
  /// The standard error is pooled for means by documents, √(Σ(nᵢ-1)·nᵢ·seᵢ² / (N-k) / N), and √(Σseᵢ²) / k for plain ones;
  /// there is none where a task lacks its own.
  ///
  /// - Source: lm-evaluation-harness 0.4.13, `pooled_sample_stderr` and `unweighted_mean_stderr`.
  public func metrics(of results: [String: Result]) -> [Metric] {
    let members = tasks.compactMap { results[$0] }
    return aggregates.flatMap { aggregate in
      let found = Set(members.flatMap(\.metrics).filter { $0.name == aggregate.metric }.map(\.filter))
      return (aggregate.filters ?? found.sorted()).compactMap { metric(aggregate, $0, members) }
    }
  }

  private func metric(_ aggregate: Aggregate, _ filter: String, _ members: [Result]) -> Metric? {
    let parts = members.compactMap { result in
      result.metrics.first { $0.name == aggregate.metric && $0.filter == filter }
        .map { (metric: $0, size: Double(result.documents)) }
    }
    return parts.isEmpty ? nil : Self.mean(of: parts, isWeighted: aggregate.isWeighted)
  }

  /// The mean of one metric over tasks.
  ///
  /// - Parameters:
  ///   - parts: Each task's metric and documents; not empty.
  ///   - isWeighted: Whether a task counts by its documents; else all count the same.
  package static func mean(of parts: [(metric: Metric, size: Double)], isWeighted: Bool) -> Metric {
    let count = Double(parts.count)
    let weights = parts.map { isWeighted ? $0.size : 1 }
    func mean(_ value: (Metric) -> Double) -> Double {
      zip(parts, weights).reduce(0) { $0 + value($1.0.metric) * $1.1 } / weights.reduce(0, +)
    }
    var result = Metric(parts[0].metric.name, filter: parts[0].metric.filter, mean(\.value))
    result.higherIsBetter = parts[0].metric.higherIsBetter
    let guesses = parts.compactMap(\.metric.guessBaselines)
    if guesses.count == parts.count {
      result.guessBaselines = GuessBaselines(
        chance: mean { $0.guessBaselines?.chance ?? 0 }, majority: mean { $0.guessBaselines?.majority ?? 0 })
    }
    let errors = parts.compactMap(\.metric.standardError)
    guard errors.count == parts.count else { return result }
    if isWeighted {
      let size = parts.reduce(0) { $0 + $1.size }
      let variance = zip(parts, errors).reduce(0) { $0 + ($1.0.size - 1) * ($1.1 * $1.1) * $1.0.size }
      if size > count { result.standardError = (variance / (size - count) / size).squareRoot() }
    } else {
      result.standardError = errors.reduce(0) { $0 + $1 * $1 }.squareRoot() / count
    }
    return result
  }
}
