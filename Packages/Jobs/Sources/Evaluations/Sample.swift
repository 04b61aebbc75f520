import Basics

/// An evaluation, and what it asks about its documents.
public struct AskedEvaluation: Sendable {
  public let evaluation: any Evaluation
  public let samples: [Sample]

  public init(_ evaluation: any Evaluation, _ samples: [Sample]) {
    self.evaluation = evaluation
    self.samples = samples
  }

  /// The metrics of `responses`, which are those to all requests of all samples, in their order.
  public func metrics(of responses: some Sequence<Response>) throws -> [Metric] {
    var rest = responses.makeIterator()
    return try evaluation.metrics(
      of: try samples.map { sample in try sample.score(sample.requests.compactMap { _ in rest.next() }) })
  }
}

/// Requests, and what their answers are worth.
public struct Sample: Sendable {
  /// The index of the document that this sample asks about.
  public var document: Int
  public var requests: [Request]
  /// Says in texts what is asked, for those who read the samples; made only when they are written.
  public var record: (@Sendable () -> SampleRecord)?
  /// Called with one response per request, in their order.
  public var score: @Sendable ([Response]) throws -> SampleOutcome

  public init(
    _ document: Int, _ requests: [Request], record: (@Sendable () -> SampleRecord)? = nil,
    score: @escaping @Sendable ([Response]) throws -> SampleOutcome
  ) {
    self.document = document
    self.requests = requests
    self.record = record
    self.score = score
  }
}

/// A sample in texts.
public struct SampleRecord: Sendable, Equatable {
  /// The document as JSON, after whatever prepared it.
  public var document: String
  /// The right answer: a text, an index into the choices, or a list of either, as JSON.
  public var target: String
  /// The texts of each request: context and continuation, one text, or a prompt and the settings of its answer.
  public var arguments: [[String]]

  public init(document: String, target: String, arguments: [[String]]) {
    self.document = document
    self.target = target
    self.arguments = arguments
  }

  /// A sample of an evaluation that is part of a program: its document is what the evaluation gives.
  init(document: [(String, JSONValue)], target: JSONValue, arguments: [[String]]) {
    self.init(document: JSONValue.object(document).line, target: target.line, arguments: arguments)
  }
}

/// The worth of one sample.
public struct SampleOutcome: Sendable, Equatable {
  /// The one number that a caller is given for the sample; for perplexities, its own perplexity.
  public var score: Double
  /// All that its evaluation's metrics are made of, metric by metric and filter by filter.
  public var values: [SampleValue]
  /// What there was to choose from, where the sample is a choice.
  public var choice: Choice?
  /// What was generated, as text, before any filter.
  public var generated: [String]
  /// What each filter made of a generated answer.
  public var answers: [String: String]
  public var counts: Counts
  /// What was read, and which of it counts: one for each sequence.
  public var intermediates: [Intermediate]

  public init(
    score: Double, values: [SampleValue] = [], choice: Choice? = nil, generated: [String] = [],
    answers: [String: String] = [:], counts: Counts = Counts(), intermediates: [Intermediate] = []
  ) {
    self.score = score
    self.values = values
    self.choice = choice
    self.generated = generated
    self.answers = answers
    self.counts = counts
    self.intermediates = intermediates
  }
}

/// What one sample adds to one metric.
public struct SampleValue: Sendable, Equatable, Codable {
  public enum Content: Sendable, Equatable, Codable {
    /// For means and the like.
    case number(Double)
    /// For ratios of sums: a log-likelihood in nats and the tokens, words or bytes that it is shared among.
    case ratio(Double, over: Double)
    /// For metrics of the whole corpus, such as f1.
    case labels(gold: Int, predicted: Int)
    /// For the Brier score: the right choice and the probability of each.
    case distribution(gold: Int, probabilities: [Double])
    /// For metrics of the whole corpus that compare texts, such as BLEU.
    case texts(references: [String], answers: [String])
    /// For metrics that count parts of a sample each by itself.
    case numbers([Double])
    /// What a Python function gave that is no float: JSON, in which a tuple is `{"()": […]}`.
    case python(String)
  }

  public var metric: String
  public var filter: String
  public var content: Content

  public init(_ metric: String, filter: String = Metric.noFilter, _ content: Content) {
    self.metric = metric
    self.filter = filter
    self.content = content
  }
}

/// The choices of a sample, for what guessing would score.
public struct Choice: Sendable, Equatable, Codable {
  /// How many there are.
  public var count: Int
  /// The indices of the right ones, below `count`; empty where the document names none that exists.
  public var right: [Int]
  /// The index of the one that the model chose, by the measure of the sample's score; `nil` where it could choose none.
  public var chosen: Int?

  public init(count: Int, right: [Int], chosen: Int? = nil) {
    self.count = count
    self.right = right
    self.chosen = chosen
  }
}

/// A sequence of ids and the positions that the evaluation acted on or scored, both `[length]`, without padding.
public struct Intermediate: Sendable, Equatable {
  public var ids: [Int32]
  public var mask: [Bool]

  public init(ids: [Int32], mask: [Bool]) {
    self.ids = ids
    self.mask = mask
  }

  /// A scored sequence: the positions from the request's first on.
  public init(_ request: ScoreRequest) {
    self.init(ids: request.ids, mask: request.ids.indices.map { $0 >= request.first })
  }

  /// A prompt and the model's answer to it, which is what is marked.
  public init(prompt: [Int32], answer: [Int32]) {
    let ids = prompt + answer
    self.init(ids: ids, mask: ids.indices.map { $0 >= prompt.count })
  }
}

/// What was not silent: how often a result rests on something other than the plain case.
public struct Counts: Sendable, Equatable {
  /// Sequences asked of the model.
  public var asked = 0
  /// Of those, sequences that were cut to fit the model's block.
  public var truncated = 0
  /// Of those, continuations whose tokens merge with their context's.
  public var merged = 0
  /// Samples whose best choice was not alone.
  public var tied = 0
  /// Prompts whose system turn the chat template did not take.
  public var withoutSystem = 0
  /// Choices, targets and documents without a token to score; none of them is ever right, or adds to a perplexity.
  public var empty = 0
  /// Samples whose right answer names no choice, so that no answer to them is right.
  public var unlabelled = 0
  /// Answers that are a thought to their end, or to their limit.
  public var unfinishedThoughts = 0

  public init(
    asked: Int = 0, truncated: Int = 0, merged: Int = 0, tied: Int = 0, withoutSystem: Int = 0,
    empty: Int = 0,
    unlabelled: Int = 0, unfinishedThoughts: Int = 0
  ) {
    self.asked = asked
    self.truncated = truncated
    self.merged = merged
    self.tied = tied
    self.withoutSystem = withoutSystem
    self.empty = empty
    self.unlabelled = unlabelled
    self.unfinishedThoughts = unfinishedThoughts
  }

  public static func + (a: Counts, b: Counts) -> Counts {
    Counts(
      asked: a.asked + b.asked, truncated: a.truncated + b.truncated, merged: a.merged + b.merged,
      tied: a.tied + b.tied, withoutSystem: a.withoutSystem + b.withoutSystem, empty: a.empty + b.empty,
      unlabelled: a.unlabelled + b.unlabelled,
      unfinishedThoughts: a.unfinishedThoughts + b.unfinishedThoughts)
  }

  /// The counts that files have only where there is something to count, so that those of sound data keep their bytes.
  public var rare: [(name: String, count: Int)] {
    [
      ("without_system", withoutSystem), ("empty", empty), ("unlabelled", unlabelled),
      ("unfinished_thoughts", unfinishedThoughts),
    ].filter { $0.count > 0 }
  }
}

extension Counts: Decodable {
  private enum CodingKeys: String, CodingKey {
    case asked, truncated, merged, tied, empty, unlabelled
    case withoutSystem = "without_system"
    case unfinishedThoughts = "unfinished_thoughts"
  }

  /// Reads the counts of a file, which leaves out the rare ones where they are zero.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func count(_ key: CodingKeys) throws -> Int { try values.decodeIfPresent(Int.self, forKey: key) ?? 0 }
    self.init(
      asked: try count(.asked), truncated: try count(.truncated), merged: try count(.merged),
      tied: try count(.tied),
      withoutSystem: try count(.withoutSystem), empty: try count(.empty), unlabelled: try count(.unlabelled),
      unfinishedThoughts: try count(.unfinishedThoughts))
  }
}
