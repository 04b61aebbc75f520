internal import CKernels

extension PackedMatrix {
  /// Scores rows over a vocabulary whose logits, rows · weight + bias, are never stored.
  ///
  /// Logits have the bits that ``multiply(_:bias:activation:adding:)`` gives. Sums of exponentials are 16
  /// strided partial sums over every 1024 ids and a fixed tree, added up in float64: a row's scores depend on
  /// that row only. Work space stays below 32 MB unless one row alone wants more, for its targets.
  ///
  /// - Shape: `rows` `[M, inner]` and `bias` `[outputs]` float32; `targets` has M lists.
  /// - Parameter softcap: Logits become `softcap · tanh(logit / softcap)` (Gemma Team 2024, *Gemma 2*, §2).
  /// - Parameter topCount: How many of each row's largest logits are kept.
  /// - Precondition: The shapes fit, every target is in `0 ..< outputs`, `softcap` is positive, `topCount` is at most 1024
  ///   and the vocabulary's size, there is a vocabulary, and this weight is not gated.
  public func score(
    _ rows: Tensor, targets: TargetLists, bias: Tensor? = nil, softcap: Float? = nil, topCount: Int = 0
  ) -> RowScores {
    score(rows, targets: targets, bias: bias, softcap: softcap, topCount: topCount, on: .current)
  }

  /// The same, on the kernels that a test names.
  package func score(
    _ rows: Tensor, targets: TargetLists, bias: Tensor? = nil, softcap: Float?, topCount: Int = 0,
    on set: InstructionSet
  ) -> RowScores {
    precondition(!isGated && outputs > 0, "score needs a vocabulary")
    precondition(
      rows.shape.count == 2 && rows.shape[1] == inner, "rows \(rows.shape) for a weight of \(inner)")
    precondition(bias == nil || bias?.shape == [outputs], "a bias \(bias!.shape) of \(outputs) logits")
    precondition(softcap.map { $0 > 0 } ?? true, "softcap \(softcap!) is not positive")
    precondition(
      topCount >= 0 && topCount <= min(outputs, Int(TC_MOST_TOP)),
      "the \(topCount) largest of \(outputs) logits, of which at most \(TC_MOST_TOP) are kept")
    let count = rows.shape[0]
    targets.check(rows: count, vocabulary: outputs)
    var scores = RowScores(
      logSumExp: Array(repeating: 0, count: count),
      argmax: Array(repeating: 0, count: count),
      argmaxLogit: Array(repeating: 0, count: count),
      targetLogits: Array(repeating: 0, count: targets.ids.count),
      targetRanks: Array(repeating: 0, count: targets.ids.count),
      targetLogProbabilities: Array(repeating: 0, count: targets.ids.count))
    let (rows, bias) = (rows.aligned(), bias?.paddedToPanels())
    withPacked { weight in
      var score = tc_score()
      score.weight = weight
      score.rows = rows.floatPointer
      score.row_count = count
      score.bias = bias?.floatPointer
      score.softcap = softcap ?? 0
      let top = Storage(byteCount: count * topCount * MemoryLayout<tc_top>.stride)
      score.top = top.address.assumingMemoryBound(to: tc_top.self)
      score.top_count = topCount
      withExtendedLifetime((rows, bias, top)) {
        scores.fill(&score, for: targets, on: set)
        let kept = UnsafeBufferPointer(start: score.top, count: count * topCount)
        scores.topIDs = kept.map(\.id)
        scores.topLogits = kept.map(\.logit)
      }
    }
    ProductObservation.observer?.scored(self, rows, scores, on: set) { other in
      score(rows, targets: targets, bias: bias, softcap: softcap, topCount: 0, on: other)
    }
    return scores
  }
}

extension Tensor {
  /// A vector with zeros up to a whole number of panels.
  fileprivate func paddedToPanels() -> Tensor {
    let padding = (Int(TC_PANEL) - count % Int(TC_PANEL)) % Int(TC_PANEL)
    return Tensor(floats + Array(repeating: 0, count: padding), shape: [count + padding]).aligned()
  }
}

extension PackedMatrix {
  /// Bytes of work space that ``score(_:targets:softcap:topCount:)`` takes for as many rows as there are lists.
  package func scoreWorkSpace(targets: TargetLists, topCount: Int) -> Int {
    targets.offsets.withUnsafeBufferPointer { offsets in
      withPacked { weight in
        var score = tc_score()
        var rank: Int32 = 0
        score.weight = weight
        score.row_count = targets.rowCount
        score.target_offsets = offsets.baseAddress
        score.top_count = topCount
        return withUnsafeMutablePointer(to: &rank) { rank in
          score.target_ranks = rank
          return tc_score_scratch(&score)
        }
      }
    }
  }
}

extension RowScores {
  fileprivate mutating func fill(_ score: inout tc_score, for targets: TargetLists, on set: InstructionSet) {
    targets.offsets.withUnsafeBufferPointer { offsets in
      targets.ids.withUnsafeBufferPointer { ids in
        logSumExp.withUnsafeMutableBufferPointer { logSumExp in
          argmax.withUnsafeMutableBufferPointer { argmax in
            argmaxLogit.withUnsafeMutableBufferPointer { argmaxLogit in
              targetLogits.withUnsafeMutableBufferPointer { targetLogits in
                targetRanks.withUnsafeMutableBufferPointer { targetRanks in
                  targetLogProbabilities.withUnsafeMutableBufferPointer { targetLogProbabilities in
                    score.target_offsets = offsets.baseAddress
                    score.targets = ids.baseAddress
                    score.log_sum_exp = logSumExp.baseAddress
                    score.argmax = argmax.baseAddress
                    score.argmax_logit = argmaxLogit.baseAddress
                    score.target_logits = targetLogits.baseAddress
                    score.target_ranks = targetRanks.baseAddress
                    score.target_log_probabilities = targetLogProbabilities.baseAddress
                    let scratch = Storage(byteCount: tc_score_scratch(&score))
                    score.scratch = scratch.address
                    withExtendedLifetime(scratch) {
                      tc_score_run(set.kernels.products, &score)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
