public import Models
import TensorCore

/// A model of any type whose distributions are held against those of others, row by row.
public struct ComparedModel: Sendable {
  /// The longest sequence, in tokens.
  public let blockSize: Int
  public let vocabularySize: Int
  /// How products are computed.
  public let mode: String
  /// Its rows where a plan has targets, from the first node on.
  let rows: @Sendable (Plan) throws -> any TargetRows
  private let respond: @Sendable (Plan, (EngineProgress) -> Void) throws -> [Response]

  /// Responses, and what they took.
  public struct Responses: Sendable {
    public let responses: [Response]
    public let tokensRead: Int
    public let seconds: Double
  }

  /// - Parameter limits: Bound the memory of this model's passes.
  public init(_ model: some LanguageModel, limits: EngineLimits = EngineLimits()) {
    blockSize = model.blockSize
    vocabularySize = model.vocabularySize
    mode = model.mode.rawValue
    rows = { try ModelTargetRows(of: $0, model, limits: limits) }
    let engine = Engine(model, limits: limits)
    respond = { try engine.respond(to: $0.requests, plan: $0, progress: $1) }
  }

  /// This model's responses to requests, as a run has them.
  ///
  /// - Throws: `TokenError` for an id outside the vocabulary or a sequence longer than the block.
  public func responses(
    to requests: [ScoreRequest], progress: (EngineProgress) -> Void = { _ in }
  ) throws -> Responses {
    let plan = Plan(requests.map(Request.score))
    let start = ContinuousClock.now
    let responses = try respond(plan, progress)
    return Responses(
      responses: responses, tokensRead: plan.tokensComputed,
      seconds: (ContinuousClock.now - start) / .seconds(1))
  }
}

/// The hidden rows of a model at the nodes of a plan that have targets, in the order of the nodes.
///
/// The order is that of the plan, so that models whose passes differ, as their pages may, still yield the same rows.
protocol TargetRows {
  /// Computes the next rows `[n, width]`, at least one; `nil` after the last.
  mutating func next() throws -> Tensor?
  /// The logits `[n, vocabulary]` of rows `[n, width]`.
  func logits(of rows: Tensor) throws -> Tensor
}

private struct ModelTargetRows<Model: LanguageModel>: TargetRows {
  private let plan: Plan
  private let model: Model
  private var passes: PassSequence<Model>

  init(of plan: Plan, _ model: Model, limits: EngineLimits) throws {
    self.plan = plan
    self.model = model
    passes = try PassSequence(plan, model, limits: limits, queue: WholeTrie(plan))
  }

  mutating func next() throws -> Tensor? {
    while let computed = try passes.next() {
      var batch = TargetBatch()
      for span in computed.scheduled.spans { batch.append(span, of: plan) }
      if !batch.rows.isEmpty { return computed.hidden.gatheringRows(batch.rows) }
    }
    return nil
  }

  func logits(of rows: Tensor) throws -> Tensor { try model.unembed(rows, passes.unembedding) }
}
