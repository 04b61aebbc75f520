internal import CKernels

extension Tensor {
  /// The rows of an embedding table that `ids` name, exactly widened.
  ///
  /// - Shape: `self` `[V, C]` of any floating type, result `[ids.count, C]` float32.
  /// - Precondition: Every id is in `0 ..< V`: ids that come from data are checked by the caller.
  public func gatheringRows(_ ids: [Int32]) -> Tensor {
    requireUnrecorded()
    precondition(shape.count == 2, "gatheringRows of a tensor \(shape)")
    let length = shape[0]
    let width = shape[1]
    let type = elementType
    for id in ids { precondition(id >= 0 && Int(id) < length, "gatheringRows: id \(id) of \(length)") }
    let result = Tensor(undefined: [ids.count, width])
    let kernel = InstructionSet.current.kernels.rows.pointee.convert!
    withExtendedLifetime((self, result)) {
      let from = address
      let to = result.floatAddress
      let code = type.floatType
      inParallel(ids.count, grain: result.grainOfRows) { rows in
        for row in rows {
          kernel(
            from.raw + Int(ids[row]) * width * type.byteCount, code, to.mutableFloats(row * width),
            TC_FLOAT32, width)
        }
      }
    }
    return result
  }

  /// Spreads rows over a larger tensor of zeros: row i goes to `rows[i]`.
  ///
  /// - Shape: `self` `[rows.count, C]` float32, result `[count, C]`.
  /// - Precondition: Every target is in `0 ..< count`; of equal ones the last wins.
  public func scatteringRows(to rows: [Int32], count: Int) -> Tensor {
    requireUnrecorded()
    precondition(shape.count == 2 && shape[0] == rows.count, "scatteringRows: \(shape) to \(rows.count) rows")
    let width = shape[1]
    let result = Tensor(zeros: [count, width])
    withExtendedLifetime((self, result)) {
      let from = address
      let to = result.address
      for (row, target) in rows.enumerated() {
        precondition(target >= 0 && Int(target) < count, "scatteringRows: row \(target) of \(count)")
        (to.mutableRaw + Int(target) * width * 4).copyMemory(
          from: from.raw + row * width * 4, byteCount: width * 4)
      }
    }
    return result
  }
}
