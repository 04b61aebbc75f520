public import Chat
public import Configurate
public import Evaluations
public import Jobs
import Logging
public import Models
import Tasks
import Templating
public import TensorCore
public import Tokenization

/// Runs evaluations on a model and saves their results.
///
/// The flow is on this page: choose documents, ask for their requests, have all requests of all evaluations answered
/// together, score the responses, reduce.
open class Evaluator<Model: LanguageModel>: InferenceJob<Model> {
  public let evaluations: [any Evaluation]
  public let tokenizer: any Tokenizer
  /// How many documents of each evaluation are drawn; all of them where it is not positive.
  public let length: Int
  /// How answers are drawn, unless a caller of ``evaluate(reduce:returnIntermediates:options:)`` gives options.
  public let sampling: SamplingSettings
  let options: EvaluationOptions
  /// The settings of the evaluations.
  let settings: EvaluatorConfig
  /// Which documents are asked about.
  let documents: Provenance.Documents
  /// What sums up several tasks.
  let groups: [TaskGroup]
  let limit: Int
  /// The folder of the data sets that task files name.
  let dataRoot: String
  /// By evaluation, what is the same for every run that asks the same.
  private(set) lazy var identities = evaluations.map { $0.identity(python: spec.allowed.python?.version) }
  let drawsPlots: Bool
  /// Requests that are kept from call to call, where the model changes and the questions do not.
  package var requestCache: RequestCache?
  /// What identifies the weights of a model that is being trained, as it is now.
  package var followedWeights: (() throws -> String?)?
  /// The id of the run that was found or made, and what it came to.
  var finishedRun: String?
  var lastRun: RunResult?
  private let keyValueBytes: Int
  let asksInChat: Bool
  let systemPrompt: String
  let shotsAreTurns: Bool
  let templateArguments: TemplateDictionary
  let thoughtEnd: ThoughtEnd?
  let followsHarness: Bool

  override open class var summary: String { "runs evaluations" }
  override open class var settings: [any Settings.Type] {
    [EvaluatorConfig.self, SamplingSettings.self, TokenizerSettings.self, ShardingSettings.self]
  }

  /// Makes the evaluations and the tokenizer that the current configuration names.
  ///
  /// - Throws: ``JobError`` for an unknown evaluation, for two of one name or none at all, and what making them throws.
  public required init(spec: ExecutionSpec) throws {
    let settings = try configure(EvaluatorConfig.self)
    guard !settings.components.isEmpty || spec.withoutEvaluations else { throw JobError(.noEvaluations) }
    (evaluations, groups) = try spec.preparing("evaluations", of: SettingsTree(settings).yaml) {
      let tasks = try settings.taskLibrary(allowed: spec.allowed, progress: spec.progress)
      let named = try settings.components.map { try Registry.shared.evaluations(named: $0, tasks: tasks) }
      return (named.flatMap(\.evaluations), named.flatMap(\.groups))
    }
    self.settings = settings
    (limit, dataRoot) = (settings.limit, settings.data)
    drawsPlots = settings.plots
    keyValueBytes = settings.keyValueBytes
    length = settings.length
    asksInChat = settings.asksInChat
    systemPrompt = settings.systemPrompt
    shotsAreTurns = settings.shotsAreTurns
    templateArguments = try settings.templateArguments
    followsHarness = try settings.followsHarness
    sampling = try configure(SamplingSettings.self)
    options = try sampling.options
    documents = settings.documents(spec.wave)
    tokenizer = try Self.makeTokenizer(spec)
    thoughtEnd = try settings.thoughtEnd(in: tokenizer.vocabularySize)
    try super.init(spec: spec)
    try checkEvaluations()
    try EvaluationOption.check(
      settings.askedOptions + sampling.askedOptions + spec.askedOptions, for: evaluations)
  }

  /// How the model wants conversations written.
  open var chat: ChatFormat { .chatML }

  /// The ids that end an answer.
  open var ends: EndTokens { EndTokens(of: tokenizer) }

  /// The tokenizer that the current configuration names.
  open class func makeTokenizer(_ spec: ExecutionSpec) throws -> any Tokenizer {
    try Tokenizers.make(try configure(TokenizerSettings.self))
  }

  /// Runs all evaluations. On several ranks, all call it, and all get the same.
  ///
  /// - Parameters:
  ///   - reduce: What becomes of each evaluation's samples.
  ///   - returnIntermediates: Whether to keep what was read, for callers that learn from it.
  ///   - options: Go to every evaluation; those of the settings where there are none.
  /// - Throws: `EvaluationError` for options or documents that cannot be run; ``JobError`` where the model's output is not
  ///   a number.
  public func evaluate(
    reduce: Reduction = .mean, returnIntermediates: Bool = false,
    options: EvaluationOptions? = nil
  ) throws -> [EvaluationResult] {
    let options = options ?? self.options
    let responses = ModelResponses(try engine(options), over: spec.communicator, cache: requestCache)
    let model = try self.model
    return try score(
      with: responses, blockSize: model.blockSize, vocabularySize: model.vocabularySize, options: options
    ).map { scored in
      try EvaluationResult(scored, reduce: reduce, returnIntermediates: returnIntermediates)
    }
  }

  /// The whole flow: documents to requests, requests of all evaluations to responses, responses to outcomes.
  ///
  /// - Parameter beginning: Called with the samples of each evaluation before their requests are answered.
  func score(
    with source: any ResponseSource, blockSize: Int, vocabularySize: Int?, options: EvaluationOptions? = nil,
    beginning: ([[Sample]]) -> Void = { _ in }
  ) throws -> [ScoredEvaluation] {
    let asked = try samples(blockSize: blockSize, vocabularySize: vocabularySize, options: options)
    beginning(asked)
    let requests = asked.joined().flatMap(\.requests)
    var responses: ArraySlice<Response>
    do {
      responses = try source.responses(to: requests, progress: progress)[...]
    } catch let failure as NonFiniteResponse { throw located(failure, asked) }
    return try zip(evaluations, asked).map { evaluation, samples in
      let scored = try samples.map { sample in
        let own = Array(responses.prefix(sample.requests.count))
        responses = responses.dropFirst(own.count)
        return ScoredSample(sample: sample, responses: own, outcome: try sample.score(own))
      }
      return ScoredEvaluation(evaluation: evaluation, samples: scored)
    }
  }

  /// Those of weights that are not quantised.
  open func modes() throws -> [ComputeMode] { [.float32, .bfloat16] }

  override open class var evaluating: (any EvaluationJob.Type)? { self }
  override open var evaluating: (any EvaluationJob)? { self }
  override open var serving: (any ServingJob)? { self }

  func engine(_ options: EvaluationOptions? = nil) throws -> Engine<Model> {
    Engine(
      try model, tokenizer: tokenizer, limits: limits(options, sharers: spec.localRanks),
      over: spec.communicator)
  }

  /// - Parameter sharers: How many engines on this machine share the memory for keys and values.
  func limits(_ options: EvaluationOptions? = nil, sharers: Int) -> EngineLimits {
    EngineLimits(
      maxConcurrentSequences: (options ?? self.options).chunkSize,
      keyValueBytes: keyValueBytes > 0 ? keyValueBytes : nil, sharers: sharers)
  }

  /// What responds to the requests of a run that is kept: the model, with a journal.
  func responder() throws -> Responder {
    let model = try self.model
    return Responder(
      source: ModelResponses(try engine(), journal: try journal(), over: spec.communicator),
      blockSize: model.blockSize, vocabularySize: model.vocabularySize, mode: model.mode.rawValue,
      kernels: InstructionSet.current.identity)
  }

  /// What a plan needs to know of ``responder()``, which makes a journal.
  func planner() throws -> Planner {
    let model = try self.model
    return Planner(
      blockSize: model.blockSize, vocabularySize: model.vocabularySize, mode: model.mode.rawValue,
      journal: try journal(existing: true), demand: demand)
  }

  override open class var interruption: JobInterruption { .endsBetweenTransactions }

  /// Whether a run that is kept has asked exactly this of exactly this model.
  override open var done: Bool { (try? findFinishedRun()) ?? false }

  override open func skip() throws { try showFinishedRun() }

  /// The results of this job's run, or of the one that was found to have done the same.
  override open var outcome: JobOutcome {
    get throws {
      guard spec.isMain, let lastRun else { return .nothing }
      return .results(lastRun, folder: spec.resultPath(""))
    }
  }

  /// That of a model in training changes with each update.
  override open func weightsIdentity() throws -> String? {
    try followedWeights?() ?? super.weightsIdentity()
  }

  /// The results of the last ``run()``; of several ranks, only the main one has them.
  public private(set) var results: [EvaluationResult] = []

  /// Runs all evaluations and saves their results: `results.json` appears complete or not at all.
  override open func run() throws { results = try runAndSave() }

  private func checkEvaluations() throws {
    var seen: Set<String> = []
    for evaluation in evaluations where !seen.insert(evaluation.name).inserted {
      throw JobError(.sameName(evaluation: evaluation.name))
    }
  }
}

extension Evaluator: EvaluationJob {}
