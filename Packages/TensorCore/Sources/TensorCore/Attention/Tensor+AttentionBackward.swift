internal import CKernels

extension Tensor {
  /// The gradient by queries, keys and values, in their columns; zero in others.
  ///
  /// Weights are computed again, for 64 rows of a sequence at a time. In bfloat16 mode too they are those of float32.
  func attentionBackward(
    _ gradient: Tensor, _ columns: AttentionColumns, headWidth: Int, sequences: [Range<Int>], scale: Float,
    window: Int?
  ) -> Tensor {
    let keyHeads = columns.keys.count / headWidth
    let group = columns.queries.count / headWidth / keyHeads
    let (width, outputWidth) = (self.width, columns.queries.count)
    let covered = sequences.reduce(0) { $0 + $1.count }
    let isWhole = covered == rowCount && outputWidth + 2 * columns.keys.count == width
    let result = isWhole ? Tensor(undefined: shape) : Tensor(zeros: shape)
    let kernel = InstructionSet.current.kernels.gradients.pointee.attention!
    let (x, gradient) = (aligned(), gradient.aligned())
    withExtendedLifetime((x, gradient, result)) {
      let (from, back, to) = (x.floatAddress, gradient.floatAddress, result.floatAddress)
      ThreadPool.shared.run(sequences.count * keyHeads) { step in
        let (rows, head) = (sequences[step / keyHeads], step % keyHeads)
        let scratch = Storage(byteCount: 4 * tc_attention_gradient_scratch(rows.count, headWidth))
        let row = rows.lowerBound * width
        let query = row + columns.queries.lowerBound + head * group * headWidth
        let key = row + columns.keys.lowerBound + head * headWidth
        let value = row + columns.values.lowerBound + head * headWidth
        var task = tc_attention_gradient(
          queries: from.floats(query), keys: from.floats(key), values: from.floats(value),
          gqueries: to.mutableFloats(query), gkeys: to.mutableFloats(key), gvalues: to.mutableFloats(value),
          stride: width, goutput: back.floats(rows.lowerBound * outputWidth + head * group * headWidth),
          output_stride: outputWidth, rows: rows.count, group: group, width: headWidth,
          window: window ?? .max, scale: scale,
          scratch: scratch.address.assumingMemoryBound(to: Float.self))
        withExtendedLifetime(scratch) { kernel(&task) }
      }
    }
    return result
  }
}
