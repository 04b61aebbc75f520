public import Configurate
import Logging

/// Something runnable, registered under a slash key such as `gpt/evaluate`.
///
/// What only some jobs can do is a protocol of its own: ``RestorableJob``, ``ResumableJob``, ``StoppableJob``,
/// ``EvaluationJob``, ``ServingJob``, ``SurveyedJob``. A job declares
/// here which of them it is, so that a program need not ask for its type.
public protocol Job: AnyObject, SendableMetatype {
  /// One line for listings.
  static var summary: String { get }
  /// What `configure` writes for the job.
  static var settings: [any Settings.Type] { get }
  /// Settings of the model, which a checkpoint brings and a run may override.
  static var modelSettings: [any Settings.Type] { get }
  /// Settings of earlier versions that have no meaning any more, each with the reason: files that hold them are still read.
  static var retiredSettings: [String: String] { get }
  /// Whether the job cannot run without a checkpoint.
  static var needsCheckpoint: Bool { get }
  /// What becomes of a run that is interrupted.
  static var interruption: JobInterruption { get }
  /// This type, if its jobs are restored from checkpoints.
  static var restorable: (any RestorableJob.Type)? { get }
  /// This type, if its jobs run evaluations.
  static var evaluating: (any EvaluationJob.Type)? { get }
  /// This type, if the models of its jobs can be surveyed before they are loaded.
  static var surveyed: (any SurveyedJob.Type)? { get }

  /// Reads the current configuration and checks all that can be checked before weights are loaded.
  init(spec: ExecutionSpec) throws

  var spec: ExecutionSpec { get }
  /// Called with how much of the work is done; by default it passes on to ``ExecutionSpec/progress``.
  var progress: (JobProgress) -> Void { get set }
  /// This job, if it runs evaluations.
  var evaluating: (any EvaluationJob)? { get }
  /// This job, if its model can answer clients.
  var serving: (any ServingJob)? { get }
  /// This job, if it resumes what an earlier run of it began.
  var resumable: (any ResumableJob)? { get }
  /// This job, if it can be stopped at a point of its own choosing.
  var stoppable: (any StoppableJob)? { get }

  /// Loads what the job needs, as running it does otherwise; ranks that share cores do it before they share them.
  func prepare() throws

  /// Whether exactly this job has been done before. Loads no weights.
  var done: Bool { get }
  func run() throws
  /// Is called in place of ``run()`` for a job that is done.
  func skip() throws
  /// What the job has produced, in this run or an earlier one.
  var outcome: JobOutcome { get throws }
}

/// What becomes of a run that is interrupted, for example by Ctrl-C.
public enum JobInterruption: Sendable, Equatable {
  /// It ends at once; what it was writing does not appear.
  case endsAtOnce
  /// It ends between two transactions of its journal, and the same command resumes it.
  case endsBetweenTransactions
  /// ``StoppableJob/requestStop()``: it ends where it can be resumed.
  case stopsOnRequest
}

extension Job {
  public static var modelSettings: [any Settings.Type] { [] }
  public static var retiredSettings: [String: String] { [:] }
  public static var needsCheckpoint: Bool { false }
  public static var interruption: JobInterruption { .endsAtOnce }
  public static var restorable: (any RestorableJob.Type)? { nil }
  public static var evaluating: (any EvaluationJob.Type)? { nil }
  public static var surveyed: (any SurveyedJob.Type)? { nil }
  public var evaluating: (any EvaluationJob)? { nil }
  public var serving: (any ServingJob)? { nil }
  public var resumable: (any ResumableJob)? { nil }
  public var stoppable: (any StoppableJob)? { nil }
  public var done: Bool { false }
  public var outcome: JobOutcome { .nothing }

  public func prepare() throws {}
  public func skip() throws {}

  /// Every key of the job or its model, with defaults.
  ///
  /// - Throws: `SettingsError` where two declarations contradict each other.
  public static func schema() throws -> SettingsSchema { try SettingsSchema(of: settings + modelSettings) }

  /// Runs the job, or skips it where it is ``done`` and logs that.
  ///
  /// - Parameter prepared: Called between ``prepare()`` and ``run()``.
  /// - Returns: What the job has produced, now or before.
  @discardableResult
  public func callAsFunction(prepared: () throws -> Void = {}) throws -> JobOutcome {
    if done {
      if spec.isMain { jobLog.info("already done, skipping") }
      try skip()
    } else {
      try prepare()
      try prepared()
      try run()
    }
    return try outcome
  }
}
