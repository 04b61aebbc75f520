public import Configurate
public import Evaluations
import Jobs

/// How the answers of an evaluator's run are drawn; what ``EvaluationOptions`` are for a caller.
public struct SamplingSettings: Settings, Equatable {
  @Setting(
    "eval/temperature", help: "Temperature at which answers are sampled; 0 takes the most probable token")
  public var temperature = 0.0
  @Setting(
    "eval/top_p",
    help: "Part of the probability that sampling is restricted to, from the most probable tokens on")
  public var topP = 1.0
  @Setting(
    "eval/top_k",
    help:
      "Number of most probable tokens that sampling is restricted to, and those as probable as the last; 0 for all"
  )
  public var topK = 0
  @Setting(
    "eval/min_p", help: "Share of the most probable token's probability that a token needs to be sampled")
  public var minP = 0.0
  @Setting(
    "eval/repetition_penalty",
    help:
      "What logits of tokens of the prompt and the answer are divided by where positive, and multiplied with where negative"
  )
  public var repetitionPenalty = 1.0
  @Setting("eval/presence_penalty", help: "What is taken from the logits of tokens that the answer has")
  public var presencePenalty = 0.0
  @Setting(
    "eval/frequency_penalty", help: "What is taken from the logits of the answer's tokens, for each time")
  public var frequencyPenalty = 0.0
  @Setting(
    "eval/chunk_size", atMost: 1 << 20,
    help: "Number of answers that are generated side by side, which changes no number")
  public var chunkSize = 64
  @Setting("eval/seed", help: "Seed of all that is sampled")
  public var seed = 0
  @Setting("eval/samples_per_prompt", help: "Number of answers to each generation prompt")
  public var samplesPerPrompt = 1
  @Setting(
    "eval/max_new_tokens", atMost: 1 << 24,
    help: "Most tokens of an answer; what each evaluation says unless positive")
  public var maxNewTokens = -1

  public init() {}

  /// The rules of sampling as they are given, in and out of their ranges.
  private var givenRules: [(rule: SamplingRules.Rule, value: Double)] {
    let values = [Double(topK), minP, repetitionPenalty, presencePenalty, frequencyPenalty]
    return Array(zip(SamplingRules.all, values))
  }

  /// What changes distributions beside temperature and top-p; neutral where a value is out of its range.
  private var rules: SamplingRules {
    givenRules.reduce(into: SamplingRules()) { _ = $1.rule.set($1.value, in: &$0) }
  }

  /// - Throws: ``JobError`` naming a setting that is out of its range.
  public var options: EvaluationOptions {
    get throws(JobError) {
      func require(_ holds: Bool, _ name: String, _ expected: String, _ found: Any) throws(JobError) {
        guard holds else {
          throw JobError(.setting(key: "eval/\(name)", expected: expected, found: "\(found)"))
        }
      }
      try require(temperature >= 0 && temperature.isFinite, "temperature", "zero or positive", temperature)
      try require(topP > 0 && topP <= 1, "top_p", "above 0 and at most 1", topP)
      try require(chunkSize > 0, "chunk_size", "positive", chunkSize)
      try require(seed >= 0, "seed", "zero or positive", seed)
      try require(
        (1...1 << 20).contains(samplesPerPrompt), "samples_per_prompt", "from 1 to 1048576", samplesPerPrompt)
      var options = EvaluationOptions()
      for (rule, value) in givenRules {
        try require(rule.set(value, in: &options.rules), rule.name, rule.expected, value)
      }
      (options.temperature, options.topP, options.chunkSize) = (temperature, topP, chunkSize)
      (options.seed, options.samplesPerPrompt) = (UInt64(seed), samplesPerPrompt)
      options.maxNewTokens = maxNewTokens > 0 ? maxNewTokens : nil
      return options
    }
  }

  /// The options that are given and that not every evaluation uses.
  var askedOptions: [EvaluationOption] {
    let given: [(EvaluationOption, Bool)] = [
      (.samplesPerPrompt, samplesPerPrompt != 1), (.temperature, temperature != 0), (.topP, topP != 1),
      (.newTokens, maxNewTokens > 0), (.topK, topK > 0), (.minP, minP != 0),
      (.repetitionPenalty, repetitionPenalty != 1), (.presencePenalty, presencePenalty != 0),
      (.frequencyPenalty, frequencyPenalty != 0),
    ]
    return given.filter(\.1).map(\.0)
  }

  /// What is not the default and may change a number; `nil` where nothing is.
  var record: Provenance.SamplingRecord? {
    let standard = Provenance.SamplingRecord()
    let own = Provenance.SamplingRecord(
      temperature: temperature == 0 ? nil : temperature, topP: topP == 1 ? nil : topP,
      seed: seed == 0 ? nil : UInt64(seed), samplesPerPrompt: samplesPerPrompt == 1 ? nil : samplesPerPrompt,
      maxNewTokens: maxNewTokens > 0 ? maxNewTokens : nil, rules: rules)
    return own == standard ? nil : own
  }
}
