/// What a model scored on each document of a task, by the task's first metric; more is better.
public struct TaskOutcomes: Sendable, Equatable {
  public let name: String
  /// `acc,none`: the metric and its filter.
  public let metric: String
  /// In the order of their indices, each once.
  public let documents: [DocumentOutcome]

  /// - Precondition: The documents are sorted by index, and no index occurs twice.
  public init(name: String, metric: String, documents: [DocumentOutcome]) {
    (self.name, self.metric, self.documents) = (name, metric, documents)
  }
}

/// What a model scored on one document.
public struct DocumentOutcome: Sendable, Equatable {
  public let index: Int
  /// The beginning of a SHA-256 of what was asked and of the right answer, so that other documents are not taken for it.
  public let digest: String
  /// Of a perplexity, the log-likelihood of the document in nats. The mean where a prompt was answered several times.
  public let score: Double
  /// Of a perplexity, the words, bytes or tokens of the document; otherwise 1.
  public let weight: Double

  public init(index: Int, digest: String, score: Double, weight: Double = 1) {
    (self.index, self.digest, self.score, self.weight) = (index, digest, score, weight)
  }
}
