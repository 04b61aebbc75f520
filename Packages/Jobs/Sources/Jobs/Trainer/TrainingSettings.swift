public import Configurate
public import Training

/// How much a trainer learns from, and how much of it at a time.
public struct TrainingSettings: Settings {
  public enum Average: String, Sendable, CaseIterable, SettingValue {
    /// All predictions of the update.
    case targets
    /// The means of the passes, as in the original system.
    case batches
  }

  /// Sequences an update, over all replicas.
  @Setting("training/batch_size") public var batchSize = 512
  /// The most sequences that a replica reads in one pass; as many as have 8192 tokens where it is not positive.
  @Setting("training/per_device_batch_size") public var sequencesPerPass = -1
  /// How many tokens the run reads, or of each stage where the schedule tells stages apart.
  @Setting("training/tokens") public var tokens = StageTokens([1e9])
  /// Everything that is random is drawn from it: the first weights, the order of the data, dropout.
  @Setting("training/seed") public var seed = 0
  /// What the loss of an update is the mean of.
  @Setting("training/average") public var average = Average.targets
  /// How long sequences are; the model says what it is where it is not given.
  @Setting("architecture/block_size") public var blockSize: Int

  public init() {}

  /// The updates of each stage: as many whole batches as its tokens make.
  ///
  /// - Throws: `TrainingError` for settings that leave nothing to do.
  func stageUpdates() throws(TrainingError) -> [Int] {
    for (key, value) in [("training/batch_size", batchSize), ("architecture/block_size", blockSize)]
    where value < 1 {
      throw TrainingError("\(key) must be positive, found \(value)")
    }
    guard seed >= 0 else { throw TrainingError("training/seed must not be negative, found \(seed)") }
    let updates = tokens.stages.map { Int(min(max(0, $0 / Double(batchSize * blockSize)), 1e15)) }
    guard !updates.isEmpty, updates.allSatisfy({ $0 > 0 }) else {
      throw TrainingError(
        "training/tokens must be at least one batch, which is \(batchSize) sequences of \(blockSize) tokens, found \(tokens.stages)"
      )
    }
    return updates
  }

  var largestPass: Int { sequencesPerPass > 0 ? sequencesPerPass : max(1, 8192 / blockSize) }
}

/// A number of tokens, or a list of one for each stage.
public struct StageTokens: SettingValue, Equatable {
  public var stages: [Double]

  public init(_ stages: [Double]) { self.stages = stages }

  public static var settingType: String { "a number or a list of numbers" }

  public init(settingsTree tree: SettingsTree) throws(SettingsError) {
    stages = tree.list == nil ? [try Double(settingsTree: tree)] : try [Double](settingsTree: tree)
  }

  public var settingsTree: SettingsTree {
    stages.count == 1 ? stages[0].settingsTree : stages.settingsTree
  }
}

/// What a trainer reads, and what it does besides updates.
public struct TrainerSettings: Settings {
  /// The data sets, of which each is read as often as its rate says.
  @Setting("training/dataset") public var datasets: [DatasetSource]
  @Setting("training/validation") public var validates = true
  /// How many held-out sequences are read at a validation; all where it is not positive.
  @Setting("training/validation_steps") public var validationSequences = 2048
  /// Whether the evaluations of `eval/evaluations` run after each validation.
  @Setting("training/evaluate") public var evaluates = true
  /// Updates from one report to the next; there is none where it is not positive, and so with the others.
  @Setting("logging/report_interval") public var reportInterval = 32
  @Setting("logging/checkpoint_interval") public var checkpointInterval = 1024
  @Setting("logging/validation_interval") public var validationInterval = 512
  /// Whether the figures of the model are saved at each validation.
  @Setting("logging/plots/save") public var savesPlots = false

  public init() {}
}

/// The evaluations of a run that may have none.
struct LoopEvaluations: Settings {
  @Setting("eval/evaluations") var components: [String] = []
  init() {}
}

/// One data set of a mixture: the folder `{root}/data/{name}` or `{root}/data/{name}_{suffix}`.
public struct DatasetSource: SettingRecord {
  @Setting("name") public var name: String
  /// The part of all sequences that comes from it.
  @Setting("rate") public var rate = 1.0
  @Setting("style") public var style = DataStyle.pmd
  @Setting("suffix") public var suffix = ""

  public init() {}
}
