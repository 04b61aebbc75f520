import Evaluation

/// Documents as requests, so that one who asks the same of a model again and again makes them once: no text is read,
/// no token made again.
final class KeptSamples {
  private var options: EvaluationOptions?
  private var blockSize = 0
  /// By evaluation and document.
  private var samples: [Int: [Int: [Sample]]] = [:]

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
      return known.map { $0.drawing(seed) }
    }
  }
}

extension Sample {
  /// The same sample, its answers drawn from another seed.
  fileprivate func drawing(_ seed: UInt64) -> Sample {
    var sample = self
    sample.requests = requests.map { request in
      guard case .generate(var asked) = request, asked.sampling.temperature > 0 else { return request }
      asked.sampling.seed = seed
      return .generate(asked)
    }
    return sample
  }
}
