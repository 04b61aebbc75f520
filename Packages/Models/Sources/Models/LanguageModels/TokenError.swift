public import Basics

/// Ids that a model cannot take.
public struct TokenError: ReportableError, Equatable {
  public enum Kind: Sendable, Equatable {
    /// A sequence longer than the model's block.
    case tooLong(length: Int, blockSize: Int)
    /// An id that the vocabulary does not have; no row where ids are of one sequence.
    case outside(id: Int32, row: Int?, position: Int, vocabularySize: Int)
  }

  public let kind: Kind

  public init(_ kind: Kind) { self.kind = kind }

  /// The id, or the length, that is wrong.
  public var found: Int {
    switch kind {
    case .tooLong(let length, _): length
    case .outside(let id, _, _, _): Int(id)
    }
  }

  /// The length that a sequence may have, or the number of ids.
  public var limit: Int {
    switch kind {
    case .tooLong(_, let blockSize): blockSize
    case .outside(_, _, _, let vocabularySize): vocabularySize
    }
  }

  public var fault: Fault { .badData }

  public var description: String {
    switch kind {
    case .tooLong(let length, let blockSize):
      return "cannot forward a sequence of length \(length), block size is only \(blockSize)"
    case .outside(let id, let row, let position, let size):
      let place = (row.map { "row \($0), " } ?? "") + "position \(position)"
      return "token id \(id) at \(place) is outside the vocabulary 0 ..< \(size)"
    }
  }
}

extension TokenError {
  /// A sequence longer than the model's block.
  public static func tooLong(_ length: Int, blockSize: Int) -> TokenError {
    TokenError(.tooLong(length: length, blockSize: blockSize))
  }

  /// Checks ids of one sequence.
  public static func check(_ ids: [Int32], vocabularySize: Int) throws(TokenError) {
    guard let index = ids.firstIndex(where: { $0 < 0 || $0 >= vocabularySize }) else { return }
    throw TokenError(
      .outside(id: ids[index], row: nil, position: index, vocabularySize: vocabularySize))
  }

  static func check(_ batch: TokenBatch, vocabularySize: Int, ignoring ignored: Int32) throws(TokenError) {
    for index in batch.ids.indices where batch.ids[index] != ignored {
      try check(batch, at: index, vocabularySize: vocabularySize)
    }
  }

  static func check(_ batch: TokenBatch, at index: Int, vocabularySize: Int) throws(TokenError) {
    let id = batch.ids[index]
    guard id < 0 || id >= vocabularySize else { return }
    throw TokenError(
      .outside(
        id: id, row: index / batch.length, position: index % batch.length, vocabularySize: vocabularySize))
  }
}
