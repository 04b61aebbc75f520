public import Tokenization

/// What an evaluation is given of the model that it is run on.
public struct EvaluationContext: Sendable {
  public let tokenizer: any Tokenizer
  /// The longest sequence that the model reads, in tokens.
  public let blockSize: Int
  public let options: EvaluationOptions
  /// The ids that end an answer.
  public var ends: EndTokens
  /// How prompts that are a conversation's turns are written.
  public var chat = ChatContext()
  /// How texts that are scored whole are cut.
  public var windows = TextWindows.rolling
  /// What ends the thoughts of the model, which are no part of its answers.
  public var thoughtEnd: ThoughtEnd?
  /// Whether to reproduce quirks of lm-evaluation-harness 0.4.13 that no task intends: a text that is scored whole begins with
  /// its tokenizer's own first token, which then predicts itself; in a chat, generation continues after the mark that ends a turn.
  public var followsHarness = false

  public init(tokenizer: any Tokenizer, blockSize: Int, options: EvaluationOptions = EvaluationOptions()) {
    self.tokenizer = tokenizer
    self.blockSize = blockSize
    self.options = options
    ends = EndTokens(of: tokenizer)
  }
}

extension EvaluationContext {
  /// The ids to generate after: the end of a prompt, since the question stands there, or the beginning-of-text id where
  /// the prompt is empty.
  ///
  /// - Parameters:
  ///   - limit: The most tokens to generate, for which the block must leave room.
  ///   - asker: The task or evaluation, for the error.
  /// - Throws: ``EvaluationError`` where the generation leaves no room for a prompt.
  public func prompt(_ ids: [Int32], answeredIn limit: Int, by asker: String) throws(EvaluationError)
    -> [Int32]
  {
    let room = blockSize - limit
    guard room > 0 else {
      throw EvaluationError(.noRoom(for: asker, newTokens: limit, blockSize: blockSize))
    }
    return ids.isEmpty ? [tokenizer.beginning] : Array(ids.suffix(room))
  }
}

/// Options of a run beside its evaluations.
public struct EvaluationOptions: Sendable, Equatable {
  /// Zero is greedy.
  public var temperature = 0.0
  /// Top-p: the probability mass that is sampled from; 1 samples from all ids.
  public var topP = 1.0
  /// What else changes the distribution that is drawn from.
  public var rules = SamplingRules()
  /// How many generations each prompt of a rollout gets.
  public var samplesPerPrompt = 1
  /// The most tokens to generate; `nil` leaves it to each evaluation.
  public var maxNewTokens: Int?
  /// The most sequences that are generated side by side; it bounds memory, never a number.
  public var chunkSize = 64
  /// Keys the draws of sampling.
  public var seed: UInt64 = 0

  public init() {}

  /// - Throws: ``EvaluationError`` for a value that means nothing.
  public func validate() throws(EvaluationError) {
    func require(_ holds: Bool, _ name: String, _ expected: String, _ found: Any) throws(EvaluationError) {
      guard holds else {
        throw EvaluationError(.option(name, expected: expected, found: "\(found)"))
      }
    }
    try require(temperature >= 0 && temperature.isFinite, "temperature", "zero or positive", temperature)
    try require(topP > 0 && topP <= 1, "topP", "above 0 and at most 1", topP)
    try require(samplesPerPrompt > 0, "samplesPerPrompt", "positive", samplesPerPrompt)
    try require(chunkSize > 0, "chunkSize", "positive", chunkSize)
    if let maxNewTokens { try require(maxNewTokens > 0, "maxNewTokens", "positive", maxNewTokens) }
  }
}
