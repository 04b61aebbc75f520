import Models
import TensorCore
import Tokenization

/// Decides which rows go into the next forward pass: one decoding step for each running generation, then
/// prefill: as many nodes of the trie as fit (continuous batching).
struct Scheduler {
  private let plan: Plan
  private let cache: KVCache
  private let limits: EngineLimits
  private let tokenizer: (any Tokenizer)?
  private var traversal: Traversal
  /// Sequences that are being generated, in the order of their prompts.
  private var active: [ActiveGeneration] = []

  init(
    _ plan: Plan, cache: KVCache, limits: EngineLimits, queue: any WorkQueue, tokenizer: (any Tokenizer)?
  ) {
    self.plan = plan
    self.cache = cache
    self.limits = limits
    self.tokenizer = tokenizer
    traversal = Traversal(plan, cache: cache, queue: queue)
  }

  /// The next pass; `nil` when nothing is left to compute.
  ///
  /// - Throws: What the queue throws.
  mutating func next() throws -> ScheduledPass? {
    while !traversal.isFinished || !active.isEmpty {
      var pass = ScheduledPass(generations: Array(active.prefix(limits.maxConcurrentSequences)))
      for generation in pass.generations { generation.extend(&pass.batch) }
      if active.count < limits.maxConcurrentSequences {
        pass.spans = try traversal.fill(
          &pass.batch, limit: limits.rowsPerPass, byteLimit: limits.keyValueBytes)
      }
      guard !pass.batch.ids.isEmpty else {
        traversal.finishPass()
        continue
      }
      return pass
    }
    return nil
  }

  /// Starts the generations whose prompts end in a pass that is computed.
  mutating func startGenerations(in pass: inout ScheduledPass) {
    for span in pass.spans {
      for prompt in plan.prompts(of: span.nodes) {
        let row = prompt.node - span.nodes.lowerBound + span.firstRow
        let generation = generation(after: prompt, row: row, pass.batch)
        active.append(generation)
        pass.generations.append(generation)
      }
    }
  }

  /// Call it when the results of a pass are read.
  mutating func finishPass() {
    traversal.finishPass()
    active.removeAll(where: \.isFinished)
  }

  /// - Parameter row: Of the prompt's last id in `batch`.
  private func generation(after prompt: Plan.Prompt, row: Int, _ batch: Batch) -> ActiveGeneration {
    guard case .generate(let request) = plan.requests[prompt.request],
      let segment = batch.segments.last(where: { $0.rows.contains(row) })
    else { preconditionFailure("a prompt's last row is in the pass that starts its generation") }
    return ActiveGeneration(
      prompt.request, request,
      sequence: CachedSequence(in: cache, sharing: segment.pages, count: request.prompt.count), row: row,
      decode: { [tokenizer] ids throws(TokenizerError) in try tokenizer?.decode(ids) ?? "" })
  }
}

/// What goes into one forward pass, and what is read from it.
struct ScheduledPass {
  var batch = Batch()
  /// Nodes of the trie in the batch, whose targets are read.
  var spans: [Traversal.Span] = []
  /// Generations that choose their next id from a row of the pass.
  var generations: [ActiveGeneration]

  /// What the pass takes: its rows and their targets, and a token for each generation.
  func work(of plan: Plan) -> EngineWork {
    EngineWork(
      passes: 1, tokensRead: spans.reduce(0) { $0 + $1.nodes.count },
      positionsScored: spans.reduce(0) { $0 + plan.positionsScored(of: $1.nodes) },
      positionsAttended: batch.segments.reduce(0) { sum, segment in
        sum + segment.rows.count * segment.start + segment.rows.count * (segment.rows.count + 1) / 2
      },
      tokensGenerated: generations.count)
  }
}
