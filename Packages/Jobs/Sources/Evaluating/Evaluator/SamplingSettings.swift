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
      (.newTokens, maxNewTokens > 0),
    ]
    return given.filter(\.1).map(\.0)
  }

  /// What is not the default and may change a number; `nil` where nothing is.
  var record: Provenance.SamplingRecord? {
    let standard = Provenance.SamplingRecord()
    let own = Provenance.SamplingRecord(
      temperature: temperature == 0 ? nil : temperature, topP: topP == 1 ? nil : topP,
      seed: seed == 0 ? nil : UInt64(seed), samplesPerPrompt: samplesPerPrompt == 1 ? nil : samplesPerPrompt,
      maxNewTokens: maxNewTokens > 0 ? maxNewTokens : nil)
    return own == standard ? nil : own
  }
}
