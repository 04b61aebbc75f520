/// Changes the logits of the next id by what was read and written before it.
protocol LogitsProcessor {
  /// - Parameter logits: `[V]`.
  func process(_ logits: inout [Float], after history: TokenHistory)
}

/// The ids of a prompt and of its answer so far.
struct TokenHistory {
  /// Each id that was read or written.
  private(set) var seen: Set<Int32>
  /// How often each id was written.
  private(set) var written: [Int32: Int] = [:]

  init(prompt: [Int32] = []) { seen = Set(prompt) }

  mutating func append(_ id: Int32) {
    seen.insert(id)
    written[id, default: 0] += 1
  }
}

/// Makes ids that were read or written less probable, or more where the penalty is below 1.
///
/// - Source: Keskar et al. 2019, *CTRL*, §4.1; negative logits are multiplied, as in transformers.
struct RepetitionPenalty: LogitsProcessor {
  let penalty: Float

  func process(_ logits: inout [Float], after history: TokenHistory) {
    for id in history.seen where logits.indices.contains(Int(id)) {
      let logit = logits[Int(id)]
      logits[Int(id)] = logit < 0 ? logit * penalty : logit / penalty
    }
  }
}

/// Takes from the logits of ids that were written, once and for each time.
///
/// - Source: OpenAI, *API reference*, "Frequency and presence penalties".
struct WrittenPenalties: LogitsProcessor {
  let presence: Float
  let frequency: Float

  func process(_ logits: inout [Float], after history: TokenHistory) {
    for (id, count) in history.written where logits.indices.contains(Int(id)) {
      logits[Int(id)] -= frequency * Float(count) + presence
    }
  }
}
