public import TensorCore

/// What is measured of a model's speed.
public struct SpeedPlan: Sendable, Equatable {
  /// Tokens of the prompt that is read; 0 for none, `nil` for 512 or the model's block.
  public var prompt: Int?
  /// Tokens that each sequence writes; 0 for none, `nil` for 128 or what the model's block leaves.
  public var generate: Int?
  /// How many sequences write side by side, each in a measurement of its own.
  public var sequences: [Int]
  /// How often each is measured at most, after once that does not count.
  public var repetitions: Int
  /// No repetition begins after so many seconds of them, once there are two; and the pass before them counts if it alone
  /// took so long, since what it warms up is little of it.
  public var seconds: Double

  public init(
    prompt: Int? = nil, generate: Int? = nil, sequences: [Int] = [1, 8, 32], repetitions: Int = 5,
    seconds: Double = 2
  ) {
    (self.prompt, self.generate) = (prompt, generate)
    (self.sequences, self.repetitions, self.seconds) = (sequences, repetitions, seconds)
  }
}

/// How fast a model read a prompt, or wrote sequences side by side, in one mode.
public struct SpeedMeasurement: Sendable, Equatable {
  /// What the model did.
  public enum Task: String, Sendable {
    /// Read a prompt and scored its end.
    case prompt
    /// Wrote tokens, each chosen by itself before the next.
    case generate
  }

  public var mode: ComputeMode
  public var task: Task
  public var sequences: Int
  /// Tokens of each sequence.
  public var tokens: Int
  /// What each repetition took.
  public var seconds: [Double]
  /// What its products with weights came to.
  public var work: ProductWork

  package init(
    mode: ComputeMode, task: Task, sequences: Int, tokens: Int, seconds: [Double], work: ProductWork
  ) {
    (self.mode, self.task, self.sequences, self.tokens) = (mode, task, sequences, tokens)
    (self.seconds, self.work) = (seconds, work)
  }

  /// Tokens a second of all sequences: the mean of the repetitions.
  public var rate: Double { rates.reduce(0, +) / Double(max(rates.count, 1)) }

  /// The standard deviation of the repetitions' rates; 0 of a single one.
  public var spread: Double {
    guard rates.count > 1 else { return 0 }
    let squares = rates.reduce(0) { $0 + ($1 - rate) * ($1 - rate) }
    return (squares / Double(rates.count - 1)).squareRoot()
  }

  /// Multiply-adds of products with weights a second.
  public var multiplyAddRate: Double { Double(work.multiplyAdds) * rate / Double(sequences * tokens) }

  /// Bytes of weights read a second.
  public var byteRate: Double { Double(work.weightBytes) * rate / Double(sequences * tokens) }

  private var rates: [Double] { seconds.map { Double(sequences * tokens) / $0 } }
}
