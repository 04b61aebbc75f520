import Evaluations

/// Documents as requests and the plan of them all, so that one who asks the same of a model again and again makes them
/// once: no text is read, no token made, no prefix looked for again.
package final class RequestCache {
  private var options: EvaluationOptions?
  private var blockSize = 0
  /// By evaluation and document.
  private var samples: [Int: [Int: [Sample]]] = [:]
  private var laidOut: (requests: [Request], plan: Plan)?
  /// How many plans were made.
  private(set) var plans = 0

  package init() {}

  /// The plan of requests; that of the last call where only the seeds of draws are others.
  func plan(of requests: [Request]) -> Plan {
    let unseeded = requests.map { $0.withSeed(0) }
    if let laidOut, laidOut.requests == unseeded { return Plan(requests, laidOutAs: laidOut.plan) }
    let plan = Plan(requests)
    laidOut = (unseeded, plan)
    plans += 1
    return plan
  }

  /// The samples of documents, made by `make` where they are not there yet, with the draws of the context's seed.
  func samples(
    of documents: [Int], in evaluation: Int, _ context: EvaluationContext, _ make: (Int) throws -> [Sample]
  ) rethrows -> [Sample] {
    let seed = context.options.seed
    var unseeded = context.options
    unseeded.seed = 0
    if options != unseeded || blockSize != context.blockSize {
      (options, blockSize, samples) = (unseeded, context.blockSize, [:])
    }
    return try documents.flatMap { document in
      let known = try samples[evaluation]?[document] ?? make(document)
      samples[evaluation, default: [:]][document] = known
      return known.map { $0.withSeed(seed) }
    }
  }
}

extension Sample {
  /// The same sample, its answers drawn from another seed.
  fileprivate func withSeed(_ seed: UInt64) -> Sample {
    var sample = self
    sample.requests = requests.map { $0.withSeed(seed) }
    return sample
  }
}

extension Request {
  fileprivate func withSeed(_ seed: UInt64) -> Request {
    guard case .generate(var asked) = self, asked.sampling.temperature > 0 else { return self }
    asked.sampling.seed = seed
    return .generate(asked)
  }
}
