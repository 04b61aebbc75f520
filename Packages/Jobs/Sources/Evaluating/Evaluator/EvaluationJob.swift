import Evaluations
public import Jobs

/// A job that runs evaluations, whatever its model: what can be asked of it beside running it.
public protocol EvaluationJob: Job {
  /// Whether results are written as files of lm-evaluation-harness too.
  var writesHarnessFiles: Bool { get set }

  /// Loads the model, which running the job else does.
  func prepare() throws

  /// What running the job would take; nothing is run but a calibration of seconds.
  func plan() throws -> CostEstimate

  /// Whether answers are the same bits however they are computed.
  func verify() throws -> [BitComparison]

  /// Computes metrics again from the samples in a folder of results, without a model, and saves them as this job's
  /// results.
  @discardableResult
  func rescore(_ folder: String) throws -> [EvaluationResult]
}

extension Evaluator: EvaluationJob {}
