public import Configurate

/// How much a trainer learns from, and how much of it at a time.
public struct TrainingSettings: Settings {
  /// What the loss of an update is the mean of.
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

  /// The most tokens that a run can count: whole numbers up to here are exact in float64, which `training/tokens` is read as.
  private static let mostTokens = 1 << 53

  /// The updates of each stage: as many whole batches as its tokens make.
  ///
  /// - Throws: `TrainingError` for settings that leave nothing to do, or more than can be counted.
  func stageUpdates() throws(TrainingError) -> [Int] {
    for (key, value) in [("training/batch_size", batchSize), ("architecture/block_size", blockSize)]
    where value < 1 {
      throw TrainingError("\(key) must be positive, found \(value)")
    }
    guard seed >= 0 else { throw TrainingError("training/seed must not be negative, found \(seed)") }
    let (batch, overflows) = batchSize.multipliedReportingOverflow(by: blockSize)
    guard !overflows, batch <= Self.mostTokens else {
      throw TrainingError(
        "training/batch_size times architecture/block_size must be at most 2^53 tokens, found \(batchSize) sequences of \(blockSize) tokens"
      )
    }
    guard tokens.stages.reduce(0, { $0 + max(0, $1) }) <= Double(Self.mostTokens) else {
      throw TrainingError("training/tokens must be at most 2^53 in all, found \(tokens.stages)")
    }
    let updates = tokens.stages.map { Int(max(0, $0 / Double(batch))) }
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
  /// Of each stage; one number where the schedule tells none apart.
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
  /// Whether the loss of the held-out sequences is measured.
  @Setting("training/validation") public var validates = true
  /// How many held-out sequences are read at a validation; all where it is not positive.
  @Setting("training/validation_steps") public var validationSequences = 2048
  /// Whether the evaluations of `eval/evaluations` run after each validation.
  @Setting("training/evaluate") public var evaluates = true
  /// Updates from one report to the next; there is none where it is not positive, and so with the others.
  @Setting("logging/report_interval") public var reportInterval = 32
  /// Updates from one checkpoint to the next.
  @Setting("logging/checkpoint_interval") public var checkpointInterval = 1024
  /// Updates from one validation to the next.
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
  /// The name of the job that made it.
  @Setting("name") public var name: String
  /// The part of all sequences that comes from it.
  @Setting("rate") public var rate = 1.0
  /// How its tokens are stored, which its files must agree with.
  @Setting("style") public var style = DataStyle.pmd
  /// The `data/suffix` that it was made with.
  @Setting("suffix") public var suffix = ""

  public init() {}
}
