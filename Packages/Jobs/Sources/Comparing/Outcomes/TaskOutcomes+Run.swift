import Basics
import Digests
import Evaluations
import Jobs
import Runs

extension TaskOutcomes {
  /// The outcomes of a task in a finished run.
  ///
  /// - Throws: ``JobError`` for samples that are missing, damaged or none, for a score that is not a number, and for a metric
  ///   that has none for a document, such as BLEU of a whole set.
  init(_ task: RunResult.Evaluation, of run: StoredRun) throws(JobError) {
    guard let metric = task.metrics.first else {
      throw JobError(.incomparable(.noDocumentScore(evaluation: task.name, metric: "none")))
    }
    let key = metric.key()
    var documents: [Int: [RecordedSample]] = [:]
    var reader = try run.samplesReader(of: task.name)
    while let sample = try reader.next() { documents[sample.document, default: []].append(sample) }
    guard !documents.isEmpty else {
      throw JobError(.incomparable(.noDocuments(evaluation: task.name)))
    }
    var outcomes: [DocumentOutcome] = []
    for (index, samples) in documents.sorted(by: { $0.key < $1.key }) {
      guard let outcome = DocumentOutcome(index, samples, metric) else {
        throw JobError(.incomparable(.noDocumentScore(evaluation: task.name, metric: key)))
      }
      guard outcome.score.isFinite, outcome.weight.isFinite else {
        throw JobError(.incomparable(.notFinite(evaluation: task.name, document: index)))
      }
      outcomes.append(outcome)
    }
    self.init(name: task.name, metric: key, documents: outcomes)
  }
}

extension DocumentOutcome {
  /// - Returns: `nil` where the metric is not a mean over documents.
  fileprivate init?(_ index: Int, _ samples: [RecordedSample], _ metric: Metric) {
    let lowerIsBetter = metric.higherIsBetter == false
    var (score, weight) = (0.0, 0.0)
    for sample in samples {
      switch sample.values[metric.key()] {
      case nil where sample.values.isEmpty:
        score += lowerIsBetter ? -sample.score : sample.score
        weight += 1
      case .list(let parts)? where lowerIsBetter && parts.count == 2:
        // A perplexity: the log-likelihood and what it is of.
        guard let sum = parts[0].number, let count = parts[1].number else { return nil }
        score += sum
        weight += count
      case let value?:
        guard let number = value.number else { return nil }
        score += lowerIsBetter ? -number : number
        weight += 1
      case nil: return nil
      }
    }
    let count = Double(samples.count)
    self.init(index: index, digest: Self.digest(samples), score: score / count, weight: weight / count)
  }

  private static func digest(_ samples: [RecordedSample]) -> String {
    let asked = samples.map { sample in
      JSONValue.list([
        .list(sample.arguments.map { .list($0.map(JSONValue.text)) }), .text("\(sample.target)"),
      ]).line
    }
    return String(Digest.sha256(of: asked.joined(separator: "\n")).prefix(8))
  }
}
