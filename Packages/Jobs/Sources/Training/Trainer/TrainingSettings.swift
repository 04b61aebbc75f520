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

  @Setting(
    "training/batch_size", atMost: 1 << 24, help: "Number of sequences in an update, over all replicas")
  public var batchSize = 512
  @Setting(
    "training/per_device_batch_size", atMost: 1 << 24,
    help: "Most sequences that a replica reads in one pass; as many as have 8192 tokens unless positive")
  public var sequencesPerPass = -1
  @Setting(
    "training/tokens",
    help: "Number of tokens the run reads, or a list with that of each stage of the schedule")
  public var tokens = StageTokens([1e9])
  @Setting(
    "training/seed", help: "Seed of all that is random: the first weights, the order of the data, dropout")
  public var seed = 0
  @Setting("training/average", help: "What the loss of an update is the mean of")
  public var average = Average.targets
  @Setting("architecture/block_size", help: "Longest sequence in tokens")
  public var blockSize: Int

  public init() {}

  /// The most tokens that a run can count: whole numbers up to here are exact in float64, which `training/tokens` is read as.
  private static let mostTokens = 1 << 53

  /// The updates of each stage: as many whole batches as its tokens make.
  ///
  /// - Throws: `TrainingError` for settings that leave nothing to do, or more than can be counted.
  func stageUpdates() throws(TrainingError) -> [Int] {
    for (key, value) in [("training/batch_size", batchSize), ("architecture/block_size", blockSize)]
    where value < 1 {
      throw TrainingError(.setting(key: key, expected: "positive", found: "\(value)"))
    }
    guard seed >= 0 else { throw TrainingError(.negative(key: "training/seed", found: seed)) }
    let (batch, overflows) = batchSize.multipliedReportingOverflow(by: blockSize)
    guard !overflows, batch <= Self.mostTokens else {
      throw TrainingError(
        .setting(
          key: "training/batch_size times architecture/block_size", expected: "at most 2^53 tokens",
          found: "\(batchSize) sequences of \(blockSize) tokens"))
    }
    guard tokens.stages.reduce(0, { $0 + max(0, $1) }) <= Double(Self.mostTokens) else {
      throw TrainingError(
        .setting(key: "training/tokens", expected: "at most 2^53 in all", found: "\(tokens.stages)"))
    }
    let updates = tokens.stages.map { Int(max(0, $0 / Double(batch))) }
    guard !updates.isEmpty, updates.allSatisfy({ $0 > 0 }) else {
      throw TrainingError(
        .setting(
          key: "training/tokens",
          expected: "at least one batch, which is \(batchSize) sequences of \(blockSize) tokens",
          found: "\(tokens.stages)"))
    }
    return updates
  }

  var largestPass: Int { sequencesPerPass > 0 ? sequencesPerPass : max(1, 8192 / blockSize) }
}

/// A number of tokens, or a list of one for each stage.
public struct StageTokens: SettingValue, Equatable {
  /// Of each stage; one number where the schedule distinguishes none.
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
  @Setting("training/dataset", help: "Data sets, of which each is read as often as its rate says")
  public var datasets: [DatasetSource]
  @Setting("training/validation", help: "Measure the loss of the held-out sequences")
  public var validates = true
  @Setting(
    "training/validation_steps", atMost: 1 << 40,
    help: "Number of held-out sequences read at a validation; all of them unless positive")
  public var validationSequences = 2048
  @Setting("training/evaluate", help: "Run the evaluations of eval/evaluations after each validation")
  public var evaluates = true
  @Setting("logging/report_interval", help: "Updates from one report to the next; no reports unless positive")
  public var reportInterval = 32
  @Setting(
    "logging/checkpoint_interval",
    help: "Updates from one checkpoint to the next; none before the end unless positive")
  public var checkpointInterval = 1024
  @Setting(
    "logging/validation_interval",
    help: "Updates from one validation to the next; no validations unless positive")
  public var validationInterval = 512
  @Setting("logging/plots/save", help: "Save figures of the model at each validation")
  public var savesPlots = false
  @Setting("logging/tensorboard", help: "Write what is measured as event files of TensorBoard, too")
  public var writesTensorBoard = false

  public init() {}
}

/// The evaluations of a run that may have none.
struct LoopEvaluations: Settings {
  @Setting("eval/evaluations", help: "Evaluations to run, of which a training run may have none")
  var components: [String] = []
  init() {}
}

/// One data set of a mixture: the folder `{root}/data/{name}` or `{root}/data/{name}_{suffix}`.
public struct DatasetSource: SettingRecord {
  @Setting("name", help: "Name of the job that made the data set")
  public var name: String
  @Setting("rate", help: "Part of all sequences that comes from it")
  public var rate = 1.0
  @Setting("style", help: "How its tokens are stored, which its files must agree with")
  public var style = DataStyle.pmd
  @Setting("suffix", help: "The data/suffix that it was made with")
  public var suffix = ""

  public init() {}
}
