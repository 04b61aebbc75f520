public import Checkpoints
public import Configurate

/// A job that takes a model's parameters from a checkpoint.
public protocol RestorableJob: Job {
  /// What a configuration becomes before the job is made under it to be restored from a checkpoint.
  ///
  /// - Parameter root: The folder of everything that runs leave behind.
  static func prepared(_ configuration: SettingsTree, for checkpoint: Checkpoint, root: String) throws
    -> SettingsTree

  /// Takes the model's parameters from a checkpoint, under the configuration that the job was made under.
  func restore(from checkpoint: Checkpoint) throws
}

extension RestorableJob {
  public static var restorable: (any RestorableJob.Type)? { self }

  public static func prepared(_ configuration: SettingsTree, for checkpoint: Checkpoint, root: String)
    -> SettingsTree
  { configuration }
}

/// A job that can be stopped at a point of its own choosing, from which it can be resumed.
public protocol StoppableJob: Job {
  /// Asked now and then: once it is true on a rank, all ranks stop and throw an error whose fault is ``Basics/Fault/tryAgain``.
  ///
  /// By default it passes on ``ExecutionSpec/shouldStop``.
  var shouldStop: () -> Bool { get set }

  /// Stops the run as soon as it can be resumed; from any thread.
  func requestStop()
}
