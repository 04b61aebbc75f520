public import Checkpoints

/// A job that resumes where an earlier run of it stopped.
public protocol ResumableJob: Job {
  /// Resumes from the latest checkpoint of the job's own name, as if it had never stopped; begins where there is none.
  ///
  /// - Throws: ``JobError`` naming a setting that is not the one the run began with; `CheckpointError`.
  func resume() throws

  /// Resumes from a checkpoint, as if the run that made it had never stopped.
  ///
  /// One that is not among the job's own has to be the first of its name: ``Job/run()`` replaces no others.
  func resume(from checkpoint: Checkpoint) throws
}
