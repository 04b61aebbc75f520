import TensorCore

/// Token ids as a batch of equally long rows, `[batch, length]`, the form in which the dense interface takes them.
public struct TokenBatch: Sendable, Equatable {
  public let batch: Int
  public let length: Int
  /// Row after row, `batch * length` of them.
  public let ids: [Int32]

  /// - Precondition: All rows are equally long.
  public init(_ rows: [[Int32]]) {
    batch = rows.count
    length = rows.first?.count ?? 0
    precondition(
      rows.allSatisfy { [length] in $0.count == length }, "the rows of a token batch differ in length")
    ids = Array(rows.joined())
  }
}

/// Which positions of a ``TokenBatch`` are real tokens, `[batch, length]`; the others are padding.
public struct PaddingMask: Sendable, Equatable {
  public let batch: Int
  public let length: Int
  public let isReal: [Bool]

  /// - Precondition: All rows are equally long.
  public init(_ rows: [[Bool]]) {
    batch = rows.count
    length = rows.first?.count ?? 0
    precondition(
      rows.allSatisfy { [length] in $0.count == length }, "the rows of a padding mask differ in length")
    isReal = Array(rows.joined())
  }

  /// A mask without padding.
  init(allReal batch: Int, _ length: Int) {
    self.batch = batch
    self.length = length
    isReal = Array(repeating: true, count: batch * length)
  }

  /// The flat indices of the real tokens, row after row.
  var realIndices: [Int32] { isReal.indices.filter { isReal[$0] }.map(Int32.init) }

  /// How many real tokens each row has.
  var rowLengths: [Int] {
    (0..<batch).map { row in isReal[row * length..<(row + 1) * length].count { $0 } }
  }
}
