internal import CKernels

/// What one layer keeps of a sequence.
public enum LayerState: Sendable, Equatable {
  /// The key and the value of every position, in heads of one width.
  case attention(keyHeads: Int, headWidth: Int)
  /// A row of every position, from which the layer is computed again, and the state at the first position of each page.
  ///
  /// A fork within a page continues from the state at the page's start, over the rows that are kept.
  case recurrent(rowWidth: Int, stateWidth: Int)

  var isValid: Bool {
    switch self {
    case .attention(let heads, let width): heads > 0 && width > 0
    case .recurrent(let row, let state): row > 0 && state >= 0
    }
  }

  /// Bytes in a page.
  func byteCount(_ mode: ComputeMode) -> Int {
    switch self {
    case .attention(let heads, let width):
      return tc_attention_page_words(width, mode == .bfloat16 ? 1 : 0) * 4 * heads
    case .recurrent(let row, let state):
      let bytes = (KVCache.positionsPerPage * row + state) * 4
      return (bytes + Storage.alignment - 1) / Storage.alignment * Storage.alignment
    }
  }
}
