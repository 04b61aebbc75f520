import Models
import Sharding
import TensorCore
import Tokenization

/// The forward passes of a model over a plan, one after the other: the core that the drivers of a plan share.
struct PassSequence<Model: LanguageModel> {
  private let model: Model
  private let cache: KVCache
  private let shards: any Communicator
  private var scheduler: Scheduler

  /// A pass, what is to be read from it, and its rows `[tokens, width]`.
  struct Computed {
    let scheduled: ScheduledPass
    let hidden: Tensor
    let pass: ForwardPass
  }

  /// - Parameter shards: The ranks that hold the model together; all of them compute the same passes.
  init(
    _ plan: Plan, _ model: Model, limits: EngineLimits, queue: any WorkQueue,
    tokenizer: (any Tokenizer)? = nil,
    over shards: any Communicator = SoloCommunicator()
  ) throws {
    self.model = model
    self.shards = shards
    cache = model.makeCache()
    scheduler = Scheduler(
      plan, cache: cache, limits: try limits.agreed(among: shards), queue: queue, tokenizer: tokenizer)
  }

  /// Computes the next pass, when all is read from the one before; `nil` when nothing is left to compute.
  mutating func next() throws -> Computed? {
    scheduler.finishPass()
    guard var scheduled = try scheduler.next() else { return nil }
    let batch = scheduled.batch
    let pass = ForwardPass(
      segments: batch.segments, forks: batch.forks, pages: cache, mode: model.mode, communicator: shards)
    let hidden = try model.rows(batch.ids, pass)
    scheduler.startGenerations(in: &scheduled)
    return Computed(scheduled: scheduled, hidden: hidden, pass: pass)
  }

  /// A pass without rows, to unembed some of other passes.
  var unembedding: ForwardPass {
    ForwardPass(segments: [], pages: cache, mode: model.mode, communicator: shards)
  }
}
