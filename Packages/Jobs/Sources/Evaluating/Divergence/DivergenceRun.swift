public import Evaluations
public import Jobs
import TensorCore
import Tokenization

/// A reference and candidates with one vocabulary, held against each other on what the reference's evaluations score.
public struct DivergenceRun {
  /// A model, by the name under which it was given.
  public struct Side {
    public let name: String
    public let job: any EvaluationJob

    public init(_ name: String, _ job: any EvaluationJob) {
      self.name = name
      self.job = job
    }
  }

  private let reference: Side
  private let candidates: [Side]
  /// The longest sequence in tokens; where it is `nil`, ``usualContext``, or what the model reads that reads least.
  public var context: Int?
  public var usualContext = Int.max
  public var windows = TextWindows.rolling
  /// Whether each window of a text is compared by itself, and not each document.
  public var comparesWindows = false
  /// Whether vocabularies may differ in what lies beyond the ids that all models have.
  public var comparesCommonVocabulary = false
  /// Called with how far the comparison is.
  public var progress: (JobProgress) -> Void = { _ in }

  /// - Parameter reference: Its job has the evaluations.
  /// - Precondition: There is a candidate.
  public init(_ reference: Side, _ candidates: [Side]) {
    precondition(!candidates.isEmpty, "a comparison needs a candidate")
    self.reference = reference
    self.candidates = candidates
  }

  /// Loads the models and compares them.
  ///
  /// - Throws: ``DivergenceError``; `JobError` for logits that are not numbers; what the jobs throw.
  public func callAsFunction() throws -> DivergenceReport {
    let sides = [reference] + candidates
    for candidate in candidates { try checkTokens(of: candidate) }
    let models = try sides.map { try $0.job.comparedModel(sharers: sides.count) }
    let vocabulary = try vocabulary(of: models)
    let block = try blockSize(of: models)
    let evaluations = try reference.job.askedSamples(
      blockSize: block, vocabularySize: vocabulary, windows: windows)
    var asked = AskedRequests()
    for evaluation in evaluations {
      for sample in evaluation.samples {
        try asked.append(evaluation.evaluation.name, document: sample.document, sample.requests)
      }
    }
    let comparison = try compare(models, asked, vocabulary: vocabulary)
    let readings = [comparison.reference] + comparison.candidates.map(\.reading)
    return try DivergenceReport(
      sides.indices.map { index in
        try .init(
          sides[index], mode: models[index].mode, seconds: comparison.seconds[index],
          scores: evaluations.firstMetrics(of: comparison.responses(of: readings[index], to: asked.requests)))
      }, comparison, asked.requests, asked.documents(comparison, byWindow: comparesWindows),
      reference.job.tokenizer, settings: .init(context: block, windows: windows, vocabulary: vocabulary))
  }

  private func compare(
    _ models: [ComparedModel], _ asked: AskedRequests, vocabulary: Int
  ) throws -> RowComparison {
    let engine = DivergenceEngine(
      reference: models[0], candidates: Array(models.dropFirst()), vocabulary: vocabulary)
    do {
      return try engine.compare(asked.requests) { completed, total in
        progress(JobProgress(unit: "positions", completed: completed, total: total))
      }
    } catch let failure as NonFiniteLogits {
      let name = ([reference] + candidates)[failure.model].name
      throw asked.notFinite(model: name, request: failure.request, position: failure.position)
    }
  }

  private func checkTokens(of candidate: Side) throws {
    let (own, other) = (reference.job.tokenizer, candidate.job.tokenizer)
    let (first, second) = (own.vocabularySize, other.vocabularySize)
    guard first == second || comparesCommonVocabulary else {
      throw DivergenceError(
        .vocabularySizes(reference: reference.name, first, candidate: candidate.name, second))
    }
    try SharedVocabulary.check(
      own, named: reference.name, other, named: candidate.name, first: min(first, second))
  }

  /// How many ids are compared.
  private func vocabulary(of models: [ComparedModel]) throws(DivergenceError) -> Int {
    let own = models[0].vocabularySize
    for (candidate, model) in zip(candidates, models.dropFirst())
    where model.vocabularySize != own && !comparesCommonVocabulary {
      throw DivergenceError(
        .vocabularySizes(
          reference: reference.name, own, candidate: candidate.name, model.vocabularySize))
    }
    return models.map(\.vocabularySize).min() ?? own
  }

  private func blockSize(of models: [ComparedModel]) throws(DivergenceError) -> Int {
    let sizes = zip([reference] + candidates, models).map { ($0.name, $1.blockSize) }
    let least = sizes.min { $0.1 < $1.1 }!
    guard let context else { return min(usualContext, least.1) }
    guard context <= least.1 else {
      throw DivergenceError(.context(found: context, most: least.1, model: least.0))
    }
    return context
  }
}

extension [AskedEvaluation] {
  /// The first metric of each evaluation; `responses` are those to all requests.
  fileprivate func firstMetrics(
    of responses: [Response]
  ) throws -> [(evaluation: String, metric: Metric)] {
    var rest = responses[...]
    return try compactMap { asked in
      let count = asked.samples.reduce(0) { $0 + $1.requests.count }
      defer { rest = rest.dropFirst(count) }
      let metrics = try asked.metrics(of: rest.prefix(count))
      return metrics.first.map { (evaluation: asked.evaluation.name, metric: $0) }
    }
  }
}
