import TensorCore

/// How the next id is chosen. Draws are keyed by seed, sample and position, so they do not depend on batching.
public struct Sampling: Sendable, Hashable {
  /// Zero chooses the most probable id.
  public var temperature: Double
  /// Top-p sampling: the next id is drawn from the fewest most probable ids whose probabilities sum to at least this.
  public var topP: Double
  public var seed: UInt64
  /// Distinguishes repeated requests for the same prompt.
  public var sample: UInt64
  /// What else changes the distribution; of a greedy choice, penalties only.
  public var rules: SamplingRules

  public static let greedy = Sampling(temperature: 0, topP: 1, seed: 0, sample: 0)

  public init(
    temperature: Double, topP: Double, seed: UInt64, sample: UInt64, rules: SamplingRules = SamplingRules()
  ) {
    self.temperature = temperature
    self.topP = topP
    self.seed = seed
    self.sample = sample
    self.rules = rules
  }

  /// The same, or ``greedy`` with its penalties where the temperature is zero: of what then changes nothing, nothing is left.
  public var simplified: Sampling {
    guard temperature == 0 else { return self }
    var simple = Sampling.greedy
    simple.rules = rules
    (simple.rules.topK, simple.rules.minP) = (0, 0)
    return simple
  }

  /// The ``sample`` of the `repetition`-th generation for a document.
  public static func sample(of document: Int, _ repetition: Int) -> UInt64 {
    UInt64(document) << 32 | UInt64(repetition)
  }

  /// Whether the most probable id is chosen, whatever was written.
  var isGreedy: Bool { temperature == 0 && rules.keepsGreedyChoice }

  /// Chooses an id from one row of logits.
  ///
  /// - Parameters:
  ///   - history: What was read and written before.
  ///   - position: The position of the new token in its sequence.
  func choose(from logits: [Float], after history: TokenHistory = TokenHistory(), position: Int) -> Int32 {
    let logits = processed(logits, after: history)
    guard temperature > 0 else { return Int32(Self.argmax(logits)) }
    return Int32(candidates(logits).draw(Double(key(at: position).uniforms(1)[0])))
  }

  /// What the token at a position is drawn by.
  func key(at position: Int) -> RandomKey { RandomKey(seed: seed).folded(sample).folded(UInt64(position)) }

  /// The distribution that an id is drawn from: the ids that are left, each with its probability.
  func distribution(_ logits: [Float], after history: TokenHistory) -> [(id: Int, probability: Double)] {
    candidates(processed(logits, after: history)).probabilities
  }

  private func processed(_ logits: [Float], after history: TokenHistory) -> [Float] {
    var logits = logits
    for processor in processors { processor.process(&logits, after: history) }
    return logits
  }

  private func candidates(_ logits: [Float]) -> Candidates {
    let largest = Double(logits[Self.argmax(logits)])
    var candidates = Candidates(
      exponentials(logits.count) { (Double(logits[$0]) - largest) / temperature })
    for filter in filters { filter.apply(to: &candidates) }
    return candidates
  }

  private var processors: [any LogitsProcessor] {
    var all: [any LogitsProcessor] = []
    if rules.repetitionPenalty != 1 { all.append(RepetitionPenalty(penalty: Float(rules.repetitionPenalty))) }
    if rules.presencePenalty != 0 || rules.frequencyPenalty != 0 {
      all.append(
        WrittenPenalties(presence: Float(rules.presencePenalty), frequency: Float(rules.frequencyPenalty)))
    }
    return all
  }

  /// In the order of transformers.
  private var filters: [any CandidateFilter] {
    var all: [any CandidateFilter] = []
    if rules.topK > 0 { all.append(TopK(count: rules.topK)) }
    if topP < 1 { all.append(TopP(share: topP)) }
    if rules.minP > 0 { all.append(MinP(share: rules.minP)) }
    return all
  }

  /// The index of the largest logit, the lowest of equals.
  private static func argmax(_ logits: [Float]) -> Int {
    logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
  }
}
