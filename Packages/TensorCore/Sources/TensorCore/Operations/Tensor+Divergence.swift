internal import CKernels

/// Rows of logits of two models held against each other: a reference and a candidate.
public struct RowDivergences: Sendable, Equatable {
  /// The Kullback-Leibler divergence Σ P (ln P − ln Q) of each row, in nats: P the reference's distribution, Q the
  /// candidate's. Not finite where a logit is not.
  public var divergence: [Double]
  public var reference: Side
  public var candidate: Side

  /// What one of the models holds of each row and of its targets. Log-probabilities are natural logarithms.
  public struct Side: Sendable, Equatable {
    /// The id with the largest logit; the lowest one on ties.
    public var argmax: [Int32] = []
    public var argmaxLogProbability: [Double] = []
    /// As ``TargetLists/ids`` has them.
    public var targetLogProbability: [Double] = []

    /// Of no rows.
    public init() {}

    /// Appends what holds of the rows that follow.
    public static func += (side: inout Self, next: Self) {
      side.argmax += next.argmax
      side.argmaxLogProbability += next.argmaxLogProbability
      side.targetLogProbability += next.targetLogProbability
    }
  }
}

extension Tensor {
  /// Holds a candidate's logits against these of a reference, row by row, over the first `vocabulary` ids of both.
  ///
  /// Sums are 16 strided partial sums and a fixed tree, in float64: a row's numbers depend on that row only, and not on
  /// the instruction set. With e = (V / 16 + 32) · 2⁻⁵², a divergence is off by at most e · (2 + Σ P |a − b| + the largest
  /// |logit| of both rows) from exact arithmetic on the same logits.
  ///
  /// - Shape: `self` `[M, V₁]` and `candidate` `[M, V₂]` float32; `targets` has M lists.
  /// - Precondition: The shapes fit, `vocabulary` is positive and at most V₁ and V₂, and every target is below it.
  public func divergences(of candidate: Tensor, vocabulary: Int, targets: TargetLists) -> RowDivergences {
    requireUnrecorded()
    precondition(
      shape.count == 2 && candidate.shape.count == 2 && rowCount == candidate.rowCount,
      "divergences of logits \(candidate.shape) from \(shape)")
    precondition(
      vocabulary > 0 && vocabulary <= min(width, candidate.width),
      "\(vocabulary) ids of logits \(candidate.shape) and \(shape)")
    targets.check(rows: rowCount, vocabulary: vocabulary)
    let (own, other) = (aligned(), candidate.aligned())
    return withExtendedLifetime((own, other)) {
      let (a, b) = (own.floatAddress, other.floatAddress)
      let (ownWidth, otherWidth) = (own.width, other.width)
      let kernel = InstructionSet.current.kernels.rows.pointee.divergence!
      let rows = collectInParallel(rowCount) {
        kernel(a.floats($0 * ownWidth), b.floats($0 * otherWidth), vocabulary)
      }
      return RowDivergences(
        divergence: rows.map(\.divergence),
        reference: .init(
          rows.map { ($0.argmax.0, $0.largest.0, $0.log_sum_exp.0) }, targets,
          logit: { a.floats($0 * ownWidth)[$1] }),
        candidate: .init(
          rows.map { ($0.argmax.1, $0.largest.1, $0.log_sum_exp.1) }, targets,
          logit: { b.floats($0 * otherWidth)[$1] }))
    }
  }
}

extension RowDivergences.Side {
  fileprivate init(
    _ rows: [(argmax: Int32, largest: Float, logSumExp: Double)], _ targets: TargetLists,
    logit: (_ row: Int, _ id: Int) -> Float
  ) {
    argmax = rows.map(\.argmax)
    argmaxLogProbability = rows.map { Double($0.largest) - $0.logSumExp }
    targetLogProbability.reserveCapacity(targets.ids.count)
    for (row, found) in rows.enumerated() {
      for id in targets.ids[Int(targets.offsets[row])..<Int(targets.offsets[row + 1])] {
        targetLogProbability.append(Double(logit(row, Int(id))) - found.logSumExp)
      }
    }
  }
}

/// What `make` makes of each row, on the thread pool.
private func collectInParallel(_ count: Int, _ make: @Sendable (Int) -> tc_divergence) -> [tc_divergence] {
  [tc_divergence](unsafeUninitializedCapacity: count) { buffer, initialized in
    if let first = buffer.baseAddress {
      let results = Address(raw: UnsafeRawPointer(first))
      inParallel(count, grain: 1) { rows in
        for row in rows {
          results.mutableRaw.assumingMemoryBound(to: tc_divergence.self)[row] = make(row)
        }
      }
    }
    initialized = count
  }
}
