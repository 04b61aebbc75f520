public import Evaluations
public import Jobs
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
    let asked = try reference.job.askedSamples(
      blockSize: block, vocabularySize: vocabulary, windows: windows)
    let requests = try requests(of: asked)
    let engine = DivergenceEngine(
      reference: models[0], candidates: Array(models.dropFirst()), vocabulary: vocabulary)
    let comparison: RowComparison
    do {
      comparison = try engine.compare(requests) { completed, total in
        progress(JobProgress(unit: "positions", completed: completed, total: total))
      }
    } catch let failure as NonFiniteLogits { throw located(failure, asked, sides[failure.model].name) }
    return try DivergenceReport(
      zip(sides, models).map { ($0, $1.mode) }, comparison, requests, asked,
      documents(of: asked, requests, comparison),
      settings: .init(context: block, windows: windows, vocabulary: vocabulary))
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

  /// All requests of all samples, in their order.
  private func requests(of asked: [AskedEvaluation]) throws(DivergenceError) -> [ScoreRequest] {
    var all: [ScoreRequest] = []
    for evaluation in asked {
      for request in evaluation.samples.flatMap(\.requests) {
        guard case .score(let request) = request else {
          throw DivergenceError(.generates(evaluation: evaluation.evaluation.name))
        }
        all.append(request)
      }
    }
    return all
  }

  private func documents(
    of asked: [AskedEvaluation], _ requests: [ScoreRequest], _ comparison: RowComparison
  ) -> [ComparedDocument] {
    asked.locations.flatMap { location in
      let parts = comparesWindows ? location.requests.map { $0..<$0 + 1 } : [location.requests]
      return parts.enumerated().map { index, part in
        ComparedDocument(
          evaluation: location.evaluation, document: location.document,
          window: comparesWindows ? index : nil, requests: part, requests, comparison)
      }
    }.filter { !$0.tokens.isEmpty }
  }

  private func located(
    _ failure: NonFiniteLogits, _ asked: [AskedEvaluation], _ model: String
  ) -> JobError {
    let place = asked.locations.first { $0.requests.contains(failure.request) }
    return JobError(
      .notFinite(
        NonFiniteOutput(
          evaluation: place?.evaluation ?? "", document: place?.document ?? 0, position: failure.position,
          value: "not finite", model: model)))
  }
}

extension [AskedEvaluation] {
  /// Of each sample: which requests are its, among all.
  fileprivate var locations: [(evaluation: String, document: Int, requests: Range<Int>)] {
    var end = 0
    return flatMap { asked in
      asked.samples.map { sample in
        defer { end += sample.requests.count }
        return (asked.evaluation.name, sample.document, end..<end + sample.requests.count)
      }
    }
  }
}
