internal import CKernels

/// How a quantised weight packs neighbouring elements of a row into blocks: the formats of GGUF.
///
/// - Source: Gerganov and contributors, *ggml*, `ggml-quants.c`.
public enum BlockFormat: String, Sendable, CaseIterable, Codable {
  case q4_0 = "Q4_0"
  case q4_1 = "Q4_1"
  case q5_0 = "Q5_0"
  case q5_1 = "Q5_1"
  case q8_0 = "Q8_0"
  case q2_K = "Q2_K"
  case q3_K = "Q3_K"
  case q4_K = "Q4_K"
  case q5_K = "Q5_K"
  case q6_K = "Q6_K"

  /// Elements of one block.
  public var elements: Int { tc_block_elements(code) }

  /// Bytes of one block.
  public var byteCount: Int { tc_block_bytes(code) }

  var code: tc_block_format {
    switch self {
    case .q4_0: TC_Q4_0
    case .q4_1: TC_Q4_1
    case .q5_0: TC_Q5_0
    case .q5_1: TC_Q5_1
    case .q8_0: TC_Q8_0
    case .q2_K: TC_Q2_K
    case .q3_K: TC_Q3_K
    case .q4_K: TC_Q4_K
    case .q5_K: TC_Q5_K
    case .q6_K: TC_Q6_K
    }
  }

  /// Bytes of a tensor whose shape was read from a file.
  ///
  /// - Parameter path: Names the file in the error.
  /// - Throws: ``TensorFileError`` if a length is negative, the last axis is no whole number of blocks, or the product
  ///   overflows.
  public func byteCount(of shape: [Int], in path: String) throws(TensorFileError) -> Int {
    _ = try ElementType.float32.byteCount(of: shape, in: path)
    let width = shape.last ?? 1
    guard width % elements == 0 else {
      throw TensorFileError(
        path: path, reason: "shape \(shape) of \(rawValue) does not divide into blocks of \(elements)")
    }
    return shape.reduce(1, *) / elements * byteCount
  }
}
