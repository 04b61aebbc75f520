public import Evaluations
public import TensorCore
public import Tokenization

/// A job that runs evaluations, whatever its model: what can be asked of it beside running it.
public protocol EvaluationJob: Job {
  /// The tokenizer that the current configuration names; no weights are loaded.
  static func makeTokenizer(_ spec: ExecutionSpec) throws -> any Tokenizer

  /// What running the job would take; nothing is run but a calibration of seconds.
  func plan() throws -> CostEstimate

  /// Whether answers are the same bits however they are computed.
  func verify() throws -> [BitComparison]

  /// How far a sample of the answers is from one whose products a library of others computes; `nil` where this build has none.
  func secondOpinion() throws -> SecondOpinion?

  /// The modes in which the job's model can compute its products; no weights are loaded.
  func modes() throws -> [ComputeMode]

  /// How fast the model reads and writes in its mode, by the passes that a run makes.
  func measureSpeed(_ plan: SpeedPlan) throws -> [SpeedMeasurement]

  /// Computes metrics again from the samples in a folder of results, without a model, and saves them as this job's
  /// results.
  @discardableResult
  func rescore(_ folder: String) throws -> [EvaluationResult]

  /// The tokenizer of the job's model.
  var tokenizer: any Tokenizer { get }

  /// The job's model, to be held against others row by row; loads it.
  ///
  /// - Parameter sharers: How many models share the memory for keys and values, this one included.
  func comparedModel(sharers: Int) throws -> ComparedModel

  /// The files that hold the weights.
  func weightFiles() throws -> [String]

  /// What each evaluation asks about its documents.
  ///
  /// - Parameters:
  ///   - blockSize: The longest sequence that may be asked, in tokens.
  ///   - vocabularySize: How many ids may be asked.
  ///   - windows: How texts are cut.
  func askedSamples(blockSize: Int, vocabularySize: Int, windows: TextWindows) throws -> [AskedEvaluation]
}

extension Registry {
  /// The type of a job that runs evaluations.
  ///
  /// - Throws: ``JobError`` where there is no job `key`, or it runs none.
  public func evaluationJob(_ key: String) throws(JobError) -> any EvaluationJob.Type {
    guard let type = try job(key).evaluating else { throw JobError(.unfit(job: key, .runsNoEvaluations)) }
    return type
  }
}
