public import Checkpoints
public import Configurate
public import Evaluations
public import Models
public import Sharding
public import TensorCore

/// A job with a model: restored from a checkpoint, or shared by the code that holds it.
open class InferenceJob<Model: LanguageModel>: RestorableJob {
  public let spec: ExecutionSpec
  /// The configuration under which the job was made; jobs read nothing of it later.
  public let configuration: SettingsTree
  /// Identifies the contents of the parameters, for a checkpoint SHA-256 over their digests; `nil` for a model that
  /// was given without.
  public private(set) var weightsDigest: String?
  /// Where the model's parameters come from: the path of a checkpoint or of a backbone's files, as it was given.
  package var origin: String?
  /// The file or folder that the parameters lie in; `nil` for a model that was given or lies elsewhere.
  package var weightsPath: String?
  public var progress: (JobProgress) -> Void
  private var restored: Model?
  /// The checkpoint that the parameters are read from when they are first wanted, and what it holds.
  private var source: (checkpoint: Checkpoint, survey: ModelSurvey)?

  open class var summary: String { "asks a model" }
  open class var settings: [any Settings.Type] { [] }
  open class var modelSettings: [any Settings.Type] { Model.gatheredSettings }
  open class var retiredSettings: [String: String] { [:] }
  open class var needsCheckpoint: Bool { true }
  open class var interruption: JobInterruption { .endsAtOnce }
  open class var restorable: (any RestorableJob.Type)? { self }
  open class var evaluating: (any EvaluationJob.Type)? { nil }
  public static var surveyed: (any SurveyedJob.Type)? { self }
  open var evaluating: (any EvaluationJob)? { nil }
  open var serving: (any ServingJob)? { nil }
  open var resumable: (any ResumableJob)? { nil }
  open var stoppable: (any StoppableJob)? { nil }
  open var done: Bool { false }
  open var outcome: JobOutcome { get throws { .nothing } }

  public required init(spec: ExecutionSpec) throws {
    guard let configuration = ConfigurationContext.current else {
      throw JobError(.noContext)
    }
    self.spec = spec
    self.configuration = try Self.decided(configuration, for: spec)
    progress = spec.progress
  }

  /// The configuration with the mode by its name, so that a job keeps, shows and compares no 'auto': that of the number
  /// types' own default, unless a model's files decide.
  ///
  /// - Parameter configuration: Is also the current one.
  open class func decided(_ configuration: SettingsTree, for spec: ExecutionSpec) throws -> SettingsTree {
    var configuration = configuration
    if let activation: ActivationType = try? configuration.value(of: NumericTypes.activationKey),
      activation == .auto
    {
      configuration[NumericTypes.activationKey] = SettingsTree(.text(activation.mode.rawValue))
    }
    return configuration
  }

  /// The configuration as it is saved: a file that 'run --config' takes, and a checkpoint's settings, which later jobs
  /// take over.
  package var settingsText: String { configuration.naming(Self.self).yaml }

  /// The model.
  ///
  /// - Throws: ``JobError`` before one is restored or given; what ``load()`` throws.
  public var model: Model {
    get throws {
      if restored == nil { try load() }
      guard let restored else {
        throw JobError(.noModel(of: "\(Self.self)"))
      }
      return restored
    }
  }

  /// Called when the model is wanted and none is shared yet: reads the checkpoint that the job was restored from. A job
  /// whose model lies elsewhere shares it here.
  open func load() throws {
    guard let source else { return }
    try withConfiguration(configuration) { try read(source.checkpoint, source.survey) }
  }

  /// What identifies the parameters that the job works with, found without loading them where that is possible; all ranks
  /// call it.
  ///
  /// A model that is being trained has another identity after each update.
  ///
  /// - Returns: `nil` for a model that was given without.
  open func weightsIdentity() throws -> String? { weightsDigest }

  /// The files that hold the parameters; none for a model that was given.
  open func weightFiles() throws -> [String] { source.map { [$0.checkpoint.path] } ?? [] }

  /// Makes sure that results can be written, and then loads the model if none is loaded or shared yet.
  open func prepare() throws {
    if spec.isMain { try spec.checkWritable() }
    if restored == nil { progress(JobProgress(Self.loading, unit: "", completed: 0, total: 0)) }
    _ = try model
  }

  private static var loading: String { "loading weights" }

  /// Reports how many elements of parameters were read and packed.
  package var reportLoading: @Sendable (_ read: Int, _ total: Int) -> Void {
    let (progress, loading) = (spec.progress, Self.loading)
    return { progress(JobProgress(loading, unit: "parameters", completed: $0, total: $1)) }
  }

  open func skip() throws {}

  /// Shares `model`, which someone else holds and may go on changing.
  ///
  /// - Parameter weightsDigest: Identifies the contents of its parameters, where that is known.
  public func share(_ model: Model, weightsDigest: String? = nil) {
    restored = model
    self.weightsDigest = weightsDigest
  }

  /// Takes all parameters of the model that the configuration describes, which are read when the model is first wanted.
  ///
  /// - Throws: `PlacementError` for a parameter that the mesh cannot cut; `ParameterError` naming every parameter that is
  ///   missing, unexpected, or of another shape. ``model`` throws `CheckpointError` for a file that cannot be trusted.
  open func restore(from checkpoint: Checkpoint) throws {
    let survey = try withConfiguration(configuration) {
      try Self.survey(checkpoint, on: spec.communicator.mesh)
    }
    (source, origin, restored) = ((checkpoint, survey), checkpoint.path, nil)
    weightsPath = checkpoint.path
    weightsDigest = try checkpoint.weightsDigest()
  }

  private func read(_ checkpoint: Checkpoint, _ survey: ModelSurvey) throws {
    let types = try configure(NumericTypes.self)
    let settings = try configure(Model.Configuration.self)
    let communicator = spec.communicator
    let isAlone = communicator.size == 1
    let source = ReportedSource(CheckpointSource(checkpoint, verifies: isAlone), report: reportLoading)
    if !isAlone { try checkpoint.verifyDigests(in: [.parameters], on: communicator) }
    restored = try spec.model {
      try Model.read(settings, from: source, as: survey, rank: communicator.rank, type: types.parameter)
    }
  }

  open class func survey(_ checkpoint: Checkpoint?, on mesh: Mesh) throws -> ModelSurvey {
    guard let checkpoint else {
      throw JobError(.noModel(of: "\(Self.self)"))
    }
    return try Model.survey(
      try configure(Model.Configuration.self), of: CheckpointSource(checkpoint), mesh: mesh,
      cutting: configure(ShardingSettings.self))
  }

  open class func prepared(_ configuration: SettingsTree, for checkpoint: Checkpoint, root: String) throws
    -> SettingsTree
  { configuration }

  /// Restores from a checkpoint's folder or file, under the configuration that the job was made under.
  public func restoreFromPath(_ path: String) throws {
    try restore(from: Checkpoint(path: path))
  }

  /// Logits for a batch, and the loss where targets are given; see `LanguageModel.callAsFunction`.
  ///
  /// - Throws: Also ``JobError`` for a model that lies on several shards, of which each has only its part.
  public func forward(
    _ ids: TokenBatch, targets: TokenBatch? = nil, paddingMask: PaddingMask? = nil
  ) throws -> (logits: Tensor, loss: Float?) {
    let shards = spec.communicator.mesh.shard
    guard shards == 1 else {
      throw JobError(.sharded(.forward, shards: shards))
    }
    return try model(ids, targets: targets, paddingMask: paddingMask, deterministic: true)
  }

  /// Continues prompts, each by at most `maxNewTokens` ids, side by side.
  ///
  /// - Throws: `TokenError` for a prompt that does not fit the block with its answer.
  public func rollout(
    _ prompts: [[Int32]], maxNewTokens: Int, stops: Set<Int32> = [],
    options: EvaluationOptions = EvaluationOptions()
  ) throws -> [Generation] {
    let engine = Engine(
      try model, limits: EngineLimits(maxConcurrentSequences: options.chunkSize), over: spec.communicator)
    let requests = prompts.enumerated().map { index, prompt in
      Request.generate(
        GenerateRequest(
          prompt: prompt, limit: maxNewTokens, stops: stops,
          sampling: Sampling(
            temperature: options.temperature, topP: options.topP, seed: options.seed, sample: UInt64(index),
            rules: options.rules)))
    }
    return try engine.respond(to: requests).map(\.generation)
  }

  open func run() throws {
    throw JobError(.abstract(type: "\(Self.self)", task: "run"))
  }
}
