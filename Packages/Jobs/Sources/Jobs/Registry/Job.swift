public import Checkpoints
public import Configurate

/// Something runnable, registered under a slash key such as `gpt/evaluate`.
public protocol Job: AnyObject, SendableMetatype {
  /// One line for listings.
  static var summary: String { get }
  /// What `configure` writes for the job.
  static var settings: [any Settings.Type] { get }
  /// Settings of the model, which a checkpoint brings and a run may override.
  static var modelSettings: [any Settings.Type] { get }
  /// Whether the job cannot run without a checkpoint.
  static var needsCheckpoint: Bool { get }

  /// Reads the current configuration and checks all that can be checked before weights are loaded.
  init(spec: ExecutionSpec) throws

  /// What a configuration becomes before the job is made under it to be restored from a checkpoint.
  ///
  /// - Parameter root: The folder of everything that runs leave behind.
  static func prepared(_ configuration: SettingsTree, for checkpoint: Checkpoint, root: String) throws
    -> SettingsTree

  /// Takes the model's parameters from a checkpoint, under the current configuration.
  func restore(from checkpoint: Checkpoint) throws

  var spec: ExecutionSpec { get }
  /// Called with how much of the work is done, and how much there is.
  var progress: (Int, Int) -> Void { get set }

  /// Whether exactly this job has been done before.
  var done: Bool { get }
  func run() throws
}

extension Job {
  public static var modelSettings: [any Settings.Type] { [] }
  public static var needsCheckpoint: Bool { false }
  public var done: Bool { false }
  public static func prepared(_ configuration: SettingsTree, for checkpoint: Checkpoint, root: String)
    -> SettingsTree
  { configuration }

  /// Every key that the job or its model knows, with defaults.
  ///
  /// - Throws: `SettingsError` where two declarations contradict each other.
  public static func schema() throws -> SettingsSchema { try SettingsSchema(of: settings + modelSettings) }
}
