public import Models

/// One sequence to learn from: ids and what follows each of them.
public struct TrainingRow: Sendable, Equatable {
  /// What the model reads; anything where there is padding.
  public var ids: [Int32]
  /// −1 where nothing is to be predicted.
  public var targets: [Int32]
  /// Whether an id is a token, not padding.
  public var isReal: [Bool]

  /// - Precondition: All three are equally long.
  public init(ids: [Int32], targets: [Int32], isReal: [Bool]) {
    precondition(ids.count == targets.count && ids.count == isReal.count, "a row of unequal parts")
    self.ids = ids
    self.targets = targets
    self.isReal = isReal
  }

  /// Tokens that follow each other, with padding on the left up to `length`.
  ///
  /// - Precondition: There are at most `length` + 1 tokens, and at least one.
  init(_ tokens: [Int32], length: Int) {
    let padding = length - (tokens.count - 1)
    self.init(
      ids: Array(repeating: 0, count: padding) + tokens.dropLast(),
      targets: Array(repeating: -1, count: padding) + tokens.dropFirst(),
      isReal: Array(repeating: false, count: padding) + Array(repeating: true, count: tokens.count - 1))
  }

  /// Tokens of which some are to be learned, with padding on the left up to `length`.
  ///
  /// - Parameter isLearned: Of each token; what it says of the first is left out, since nothing is before it.
  /// - Precondition: There are at most `length` + 1 tokens, and at least one; both lists are equally long.
  public init(_ tokens: [Int32], isLearned: [Bool], length: Int) {
    self.init(tokens, length: length)
    precondition(tokens.count == isLearned.count, "\(isLearned.count) marks for \(tokens.count) tokens")
    let padding = length - (tokens.count - 1)
    for index in isLearned.indices.dropFirst() where !isLearned[index] { targets[padding + index - 1] = -1 }
  }

  /// How many predictions count: those of tokens, since nothing is predicted of padding.
  public var targetCount: Int { targets.indices.count { targets[$0] >= 0 && isReal[$0] } }
}

/// Rows that a model reads in one pass.
public struct MicroBatch: Sendable {
  /// What the model reads.
  public let ids: TokenBatch
  /// What follows each id; −1 where nothing is to be predicted.
  public let targets: TokenBatch
  /// `nil` where no row has padding.
  public let paddingMask: PaddingMask?
  /// How many predictions count, as of ``TrainingRow``.
  public let targetCount: Int

  /// - Precondition: The rows are equally long.
  public init(_ rows: [TrainingRow]) {
    self.init(
      ids: TokenBatch(rows.map(\.ids)), targets: TokenBatch(rows.map(\.targets)),
      paddingMask: rows.allSatisfy { $0.isReal.allSatisfy(\.self) } ? nil : PaddingMask(rows.map(\.isReal)))
  }

  /// - Parameters:
  ///   - targets: −1 where nothing is to be predicted.
  ///   - paddingMask: What is a token, not padding; everything where it is nil.
  public init(ids: TokenBatch, targets: TokenBatch, paddingMask: PaddingMask? = nil) {
    self.ids = ids
    self.targets = targets
    self.paddingMask = paddingMask
    let isReal = paddingMask?.isReal ?? []
    targetCount = targets.ids.indices.count { targets.ids[$0] >= 0 && (isReal.isEmpty || isReal[$0]) }
  }
}
