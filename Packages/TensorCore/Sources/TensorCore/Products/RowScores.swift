/// A ragged list of target ids for each row of a score: four answer letters are four targets of one row.
public struct TargetLists: Sendable, Equatable {
  /// Row r has the targets `offsets[r] ..< offsets[r + 1]`; one more than there are rows, from 0, never
  /// falling.
  public var offsets: [Int32]
  /// All targets, row after row.
  public var ids: [Int32]

  public init(offsets: [Int32], ids: [Int32]) {
    self.offsets = offsets
    self.ids = ids
  }

  /// One list a row.
  public init(_ lists: [[Int32]]) {
    offsets = [0]
    ids = []
    for list in lists {
      ids += list
      offsets.append(Int32(ids.count))
    }
  }

  /// No targets for `rows` rows: log-sum-exp and argmax only.
  public init(noneFor rows: Int) {
    self.init(offsets: Array(repeating: 0, count: rows + 1), ids: [])
  }

  /// How many rows have a list.
  public var rowCount: Int { offsets.count - 1 }
}

extension TargetLists {
  /// Traps on lists that are not those of `rows` rows over a vocabulary.
  func check(rows: Int, vocabulary: Int) {
    precondition(rowCount == rows, "targets for \(rowCount) rows, found \(rows)")
    precondition(
      offsets[0] == 0 && Int(offsets[rows]) == ids.count && zip(offsets, offsets.dropFirst()).allSatisfy(<=),
      "target offsets must rise from 0 to the \(ids.count) targets")
    precondition(
      ids.allSatisfy { $0 >= 0 && $0 < vocabulary }, "a target is not in the vocabulary of \(vocabulary)")
  }
}

/// Scores of some rows against a vocabulary, without their logits.
public struct RowScores: Sendable, Equatable {
  /// Of each row's logits, natural logarithm. Within (72 + |logit − largest|) · 2⁻²⁴ + |itself| · 2⁻²⁴ of a
  /// float64 evaluation on the same logits.
  public var logSumExp: [Float]
  /// The id with the largest logit of each row; the lowest one on ties.
  public var argmax: [Int32]
  /// That logit.
  public var argmaxLogit: [Float]
  /// The logit of each target, as ``TargetLists/ids`` has them: the bits that the other ids were compared
  /// with.
  public var targetLogits: [Float]
  /// How many ids come before each target: those with a larger logit, or an equal one and a lower id. 0 is
  /// the argmax. Empty where they were not counted.
  public var targetRanks: [Int32]
  /// Natural logarithm of each target's probability.
  public var targetLogProbabilities: [Float]
  /// `[rows, topCount]`: the ids of each row's largest logits, falling, equals in the order of their ids; -1 where too
  /// few logits are numbers above minus infinity.
  public var topIDs: [Int32] = []
  /// Their logits.
  public var topLogits: [Float] = []

  public init(
    logSumExp: [Float], argmax: [Int32], argmaxLogit: [Float], targetLogits: [Float], targetRanks: [Int32],
    targetLogProbabilities: [Float]
  ) {
    self.logSumExp = logSumExp
    self.argmax = argmax
    self.argmaxLogit = argmaxLogit
    self.targetLogits = targetLogits
    self.targetRanks = targetRanks
    self.targetLogProbabilities = targetLogProbabilities
  }
}
