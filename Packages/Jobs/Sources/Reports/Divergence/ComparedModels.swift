public import Jobs

/// What `evaluate diff --json` found of models, as far as a page shows it.
public struct ComparedModels: Decodable, Sendable {
  let reference: Model
  let candidates: [Candidate]

  /// Reads what `evaluate diff --json` printed.
  ///
  /// - Throws: `JobError` for a file that is missing, or holds something else.
  public init(contentsOf path: String) throws(JobError) {
    self = try decoded(path, .divergence, orElse: .noDivergence)
  }

  struct Model: Decodable, Sendable {
    let model: String
    let mode: String
    let bytesOnDisk: Int?
    let tokensPerSecond: Double?

    private enum CodingKeys: String, CodingKey {
      case model, mode
      case bytesOnDisk = "bytes_on_disk"
      case tokensPerSecond = "tokens_per_second"
    }
  }

  struct Candidate: Decodable, Sendable {
    let model: Model
    /// In nats; `nil` against a recorded run.
    let divergence: Distribution?
    let sameTop: Estimate
    let probabilityChange: Distribution
    let perplexityRatio: Estimate
    let changes: [Change]

    private enum CodingKeys: String, CodingKey {
      case divergence, changes
      case sameTop = "same_top"
      case probabilityChange = "probability_change"
      case perplexityRatio = "perplexity_ratio"
    }

    init(from decoder: any Decoder) throws {
      model = try Model(from: decoder)
      let members = try decoder.container(keyedBy: CodingKeys.self)
      divergence = try members.decodeIfPresent(Distribution.self, forKey: .divergence)
      sameTop = try members.decode(Estimate.self, forKey: .sameTop)
      probabilityChange = try members.decode(Distribution.self, forKey: .probabilityChange)
      perplexityRatio = try members.decode(Estimate.self, forKey: .perplexityRatio)
      changes = try members.decode([Change].self, forKey: .changes)
    }
  }

  struct Estimate: Decodable, Sendable {
    let value: Double
    let stderr: Double?
  }

  struct Distribution: Decodable, Sendable {
    let mean: Estimate
    let maximum: Double
    let minimum: Double
    /// By the percent of values that are at most so large.
    let percentiles: [String: Double]

    /// From the smallest to the largest.
    var quantiles: [(percent: Double, value: Double)] {
      let inner = percentiles.compactMap { name, value in Double(name).map { (percent: $0, value: value) } }
      return [(0, minimum)] + inner.sorted { $0.percent < $1.percent } + [(100, maximum)]
    }
  }

  /// A token at which a candidate is far from the reference.
  struct Change: Decodable, Sendable {
    let divergence: Double?
    let before: String
    let token: String
    let referenceProbability: Double
    let candidateProbability: Double
    let referenceTop: Top
    let candidateTop: Top

    private enum CodingKeys: String, CodingKey {
      case divergence, before, token
      case referenceProbability = "reference_probability"
      case candidateProbability = "candidate_probability"
      case referenceTop = "reference_top"
      case candidateTop = "candidate_top"
    }
  }

  struct Top: Decodable, Sendable {
    let token: String
  }
}
