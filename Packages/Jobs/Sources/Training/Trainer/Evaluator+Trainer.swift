import Checkpoints
public import Configurate
public import Evaluating
import Jobs
import Models
import TensorCore

extension Evaluator {
  /// Asks the model that a trainer is training, as it is at each call: the parameters are the trainer's own.
  ///
  /// - Parameter config: Names the evaluations; the current configuration's where it is nil, or else the trainer's.
  /// - Throws: What making an evaluator throws.
  public static func fromTrainer(_ trainer: BaseTrainer<Model>, config: EvaluatorConfig? = nil) throws -> Self
  {
    let config =
      try config
      ?? withConfiguration(ConfigurationContext.current ?? trainer.configuration) {
        try configure(EvaluatorConfig.self)
      }
    return try make(trainer, SettingsTree(config))
  }

  /// Asks the model that a trainer is training for answers that the trainer learns from.
  ///
  /// Which documents are drawn depends on the seed of the options, so that a loop that counts it up goes over them all.
  public static func fromTrainer(_ trainer: BaseTrainer<Model>, config: RLEvaluatorConfig) throws -> Self {
    var settings = EvaluatorConfig()
    settings.components = config.components
    settings.length = config.batchSize
    return try make(trainer, SettingsTree(settings))
  }

  private static func make(_ trainer: BaseTrainer<Model>, _ settings: SettingsTree) throws -> Self {
    var configuration = trainer.configuration
    try configuration.overlay(settings, unknownKeys: .add)
    let evaluator = try withConfiguration(configuration) { try Self(spec: trainer.spec) }
    try evaluator.follow(trainer)
    return evaluator
  }

  /// Shares a trainer's model, which goes on changing, and keeps what is asked of it.
  func follow(_ trainer: BaseTrainer<Model>) throws {
    requestCache = RequestCache()
    share(try trainer.model)
    // The parameters themselves, which updates change in place.
    let parameters = trainer.parameters
    followedWeights = { WeightsDigest.of(parameters.map { ($0.path, $0.parameter.tensor) }) }
  }
}

/// What an evaluator asks for a trainer that learns from the answers.
public struct RLEvaluatorConfig: Settings {
  @Setting("training/rl/components", help: "Names of registered evaluations")
  public var components: [String] = []
  @Setting("training/batch_size", help: "Number of documents drawn from each evaluation at each call")
  public var batchSize = 512

  public init() {}

  public init(components: [String], batchSize: Int) {
    self.components = components
    self.batchSize = batchSize
  }
}
