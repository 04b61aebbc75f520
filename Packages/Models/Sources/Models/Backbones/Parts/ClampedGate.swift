import TensorCore

extension Tensor {
  /// gate · sigmoid(alpha · gate) ⊙ (up + 1), where gate is at most `limit` and up within it on both sides.
  ///
  /// - Shape: `self` `[rows, 2 · hidden]`, result `[rows, hidden]`.
  /// - Parameter isInterleaved: Whether gate and up alternate, else gate is the left half.
  /// - Source: OpenAI 2025, *gpt-oss-120b & gpt-oss-20b Model Card*, §2.
  func clampedGate(alpha: Float, limit: Float, isInterleaved: Bool) -> Tensor {
    let (count, half) = (rowCount, width / 2)
    // alpha · gate and (up + 1) / alpha, so that what is left is the gate of SwiGLU.
    let halves = withElements { elements in
      Tensor(shape: [count, 2 * half]) { result in
        for row in 0..<count {
          let first = row * 2 * half
          for index in 0..<half {
            let gate = elements[first + (isInterleaved ? 2 * index : index)]
            let up = elements[first + (isInterleaved ? 2 * index + 1 : half + index)]
            result[first + index] = alpha * min(gate, limit)
            result[first + half + index] = (max(-limit, min(up, limit)) + 1) / alpha
          }
        }
      }
    }
    return halves.halvesGated(by: .silu)
  }
}
