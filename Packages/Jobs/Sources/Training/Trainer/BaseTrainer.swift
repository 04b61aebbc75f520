public import Checkpoints
public import Configurate
public import Jobs
public import Models
import Sharding
public import TensorCore
public import Tokenization

/// A model that is being trained: its parameters, the optimiser that changes them, and how far they have come.
///
/// It makes updates; where gradients come from is its user's affair: ``Trainer`` takes them from data sets, a loop of
/// reinforcement learning from answers that it rewards. `Evaluator.fromTrainer(_:config:)` asks the model as it is.
open class BaseTrainer<Model: LanguageModel>: InferenceJob<Model> {
  /// How much the run learns from, and how much of it at a time.
  public let training: TrainingSettings
  /// What the model's ids are made by; evaluations ask with it.
  public let tokenizer: any Tokenizer
  /// The learning rate of each update.
  public let schedule: Schedule
  /// How many updates the run has.
  public let totalUpdates: Int
  /// The parameters of ``model``, once there is one.
  public private(set) var parameters: [ReadParameter] = []
  var optimizer: any Optimizer

  override open class var summary: String { "holds a model that is trained" }
  override open class var settings: [any Settings.Type] {
    [TrainingSettings.self, OptimizerSettings.self, ScheduleSettings.self, tokenizerSettings]
      + trainedSettings
  }
  /// The settings of the model that is trained.
  open class var trainedSettings: [any Settings.Type] { [NumericTypes.self] + Model.gatheredSettings }
  /// The settings of the tokenizer.
  open class var tokenizerSettings: any Settings.Type { TokenizerSettings.self }
  override open class var modelSettings: [any Settings.Type] { [] }
  override open class var needsCheckpoint: Bool { false }

  /// - Throws: `TrainingError` for settings that contradict each other, ``JobError`` for ranks that share a model.
  public required init(spec: ExecutionSpec) throws {
    training = try configure(TrainingSettings.self)
    let stages = try training.stageUpdates()
    totalUpdates = stages.reduce(0, +)
    schedule = try configure(ScheduleSettings.self).schedule(stageSteps: stages)
    optimizer = try configure(OptimizerSettings.self).optimizer()
    tokenizer = try Self.makeTokenizer(spec)
    try super.init(spec: spec)
    guard spec.communicator.mesh.shard == 1 else {
      throw JobError(.sharded(.training, shards: spec.communicator.mesh.shard))
    }
    guard try configure(NumericTypes.self).parameter == .float32 else {
      throw JobError(
        .setting(key: "architecture/dtype/param", expected: "float32 to be trained", found: nil))
    }
  }

  /// The tokenizer that the current configuration names.
  open class func makeTokenizer(_ spec: ExecutionSpec) throws -> any Tokenizer {
    try Tokenizers.make(try configure(TokenizerSettings.self))
  }

  /// That of the parameters as they are now: that of a checkpoint which holds them.
  override open func weightsIdentity() throws -> String? {
    guard !parameters.isEmpty else { return nil }
    return WeightsDigest.of(parameters.map { ($0.path, $0.parameter.tensor) })
  }

  /// Updates that were made.
  public var updates: Int { optimizer.updates }

  /// Everything random of the run.
  public var key: RandomKey { RandomKey(seed: UInt64(training.seed)) }

  /// Makes the model that ``configuration`` describes, before any training.
  override open func load() throws {
    try read(ParameterReader(initializing: key.folded(0x1217), rules: Model.sharding))
  }

  /// What the model is made by, whether its weights are drawn, its own, or a checkpoint's.
  func modelConfiguration() throws -> Model.Configuration { try configure(Model.Configuration.self) }

  /// Makes the model of a reader's parameters, and shares it.
  func read(_ reader: ParameterReader) throws {
    let model = try withConfiguration(configuration) {
      try Model(try modelConfiguration(), parameters: reader)
    }
    try reader.finish()
    try train(model, reader.parameters)
  }

  /// Takes `model` as the one to train, by `parameters`.
  ///
  /// - Throws: ``JobError`` where sequences would be longer than the model's.
  public func train(_ model: Model, _ parameters: [ReadParameter]) throws {
    guard training.blockSize <= model.blockSize else {
      throw JobError(.blockSize(found: training.blockSize, most: model.blockSize))
    }
    for parameter in parameters.map(\.parameter) where parameter.tensor.elementType != .float32 {
      parameter.update { $0 = $0.converted(to: .float32) }  // what is trained needs all its digits
    }
    self.parameters = parameters
    share(model)
  }

  /// Begins with the weights of a checkpoint, at the first update.
  override open func restore(from checkpoint: Checkpoint) throws {
    let reader = ParameterReader(CheckpointSource(checkpoint), rules: Model.sharding)
    try read(reader)
    origin = checkpoint.path
  }
}
