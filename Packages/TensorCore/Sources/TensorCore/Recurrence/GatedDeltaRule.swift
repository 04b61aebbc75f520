internal import CKernels

/// A state that each head corrects towards the values that keys stand for, and that decays as the input says.
///
/// - Source: Yang, Kautz and Hatamizadeh 2024, *Gated Delta Networks*, eq. 10.
public struct GatedDeltaRule: Sendable {
  public let heads: Int
  /// Heads of queries and keys, each of which serves `heads / keyHeads` heads.
  public let keyHeads: Int
  /// Elements of a head's key, and of its value.
  public let keyWidth: Int
  public let valueWidth: Int

  /// - Precondition: All are positive, and `keyHeads` divides `heads`.
  public init(heads: Int, keyHeads: Int, keyWidth: Int, valueWidth: Int) {
    precondition(
      heads > 0 && keyHeads > 0 && keyWidth > 0 && valueWidth > 0 && heads % keyHeads == 0,
      "a delta rule of \(heads) heads of \(valueWidth), \(keyHeads) of \(keyWidth)")
    (self.heads, self.keyHeads, self.keyWidth, self.valueWidth) = (heads, keyHeads, keyWidth, valueWidth)
  }

  /// Elements of a row: queries and keys `[keyHeads, keyWidth]` each, values `[heads, valueWidth]`, logarithms of what is
  /// kept `[heads]`, strengths of corrections `[heads]`.
  public var rowWidth: Int { 2 * keyHeads * keyWidth + heads * (valueWidth + 2) }

  /// What a layer keeps for it.
  public var state: LayerState {
    .recurrent(rowWidth: rowWidth, units: heads, unitWidth: keyWidth * valueWidth)
  }

  /// Stores rows, then runs over them.
  ///
  /// - Shape: `rows` `[tokens, rowWidth]` in parts, result `[tokens, heads · valueWidth]`, float32.
  /// - Parameters:
  ///   - segments: They cover the rows.
  ///   - stored: Where rows go: `segments`, then forks.
  public func callAsFunction(
    _ rows: [RowPart], in pages: KVCache, layer: Int, segments: [Segment], stored: [Segment]
  ) -> Tensor {
    let width = heads * valueWidth
    let result = Tensor(undefined: [rows[0].tensor.rowCount, width])
    let kernel = InstructionSet.current.kernels.recurrences.pointee.delta_rule!
    let values = 2 * keyHeads * keyWidth
    withExtendedLifetime(result) {
      let to = result.floatAddress
      pages.recur(
        layer: layer, rows: rows, segments: segments, stored: stored
      ) { head, run in
        let key = head / (heads / keyHeads) * keyWidth
        var task = tc_delta_rule(
          rows: run.rows, row_stride: rowWidth, count: run.count, q: key, k: keyHeads * keyWidth + key,
          v: values + head * valueWidth, g: values + width + head, beta: values + width + heads + head,
          keys: keyWidth, values: valueWidth, state: run.state,
          output: run.output.map { to.mutableFloats($0 * width + head * valueWidth) }, output_stride: width)
        kernel(&task)
      }
    }
    return result
  }
}
