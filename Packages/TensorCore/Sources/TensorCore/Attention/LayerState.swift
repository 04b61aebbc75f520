internal import CKernels

/// What one layer keeps of a sequence.
public enum LayerState: Sendable, Equatable {
  /// The key and the value of every position, in heads of one width.
  case attention(keyHeads: Int, headWidth: Int)
  /// A row of every position, and of each page the state of so many units, `unitWidth` elements each: at its first position,
  /// and after the last one that is computed.
  ///
  /// A sequence that leaves another within a page continues from the state at the page's start, over the rows that are kept.
  case recurrent(rowWidth: Int, units: Int = 0, unitWidth: Int = 0)

  var isValid: Bool {
    switch self {
    case .attention(let heads, let width): heads > 0 && width > 0
    case .recurrent(let row, let units, let width): row > 0 && units >= 0 && (units == 0 || width > 0)
    }
  }

  /// Bytes in a page.
  func byteCount(_ mode: ComputeMode) -> Int {
    switch self {
    case .attention(let heads, let width):
      return tc_attention_page_words(width, mode == .bfloat16 ? 1 : 0) * 4 * heads
    case .recurrent(let row, let units, let width):
      let words = KVCache.positionsPerPage * row + units * (2 * width + 1)
      return (words * 4 + Storage.alignment - 1) / Storage.alignment * Storage.alignment
    }
  }
}

/// Columns of a tensor, which with those of others make rows that a recurrent layer keeps.
public struct RowPart: Sendable {
  let tensor: Tensor
  let columns: Range<Int>

  /// - Parameter columns: All of them by default.
  public init(_ tensor: Tensor, columns: Range<Int>? = nil) {
    self.tensor = tensor
    self.columns = columns ?? 0..<tensor.width
    precondition(
      self.columns.lowerBound >= 0 && self.columns.upperBound <= tensor.width,
      "columns \(self.columns) of \(tensor.shape)")
  }
}
