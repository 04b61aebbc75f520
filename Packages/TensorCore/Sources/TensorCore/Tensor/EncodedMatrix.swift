internal import CKernels

/// A matrix that tools which quantise layers have written in a form of their own, which C reads row by row.
protocol EncodedMatrix: Sendable {
  /// The matrix as C sees it.
  associatedtype View
  /// `[outputs, inputs]`.
  var shape: [Int] { get }
  var view: View { get }
  /// What may be mapped from a file, and is read once.
  var mapped: Tensor { get }
}

extension EncodedMatrix {
  /// A copy in blocks of a format that holds the weights as they are. Gives mapped pages back.
  ///
  /// - Parameter write: Writes so many rows from one on.
  func blocks(
    _ format: BlockFormat,
    by write: @Sendable (UnsafePointer<View>, tc_block_format, Int, Int, UnsafeMutablePointer<UInt8>) -> Void
  ) -> BlockMatrix {
    let rowBytes = shape[1] / format.elements * format.byteCount
    let bytes = Tensor(undefined: [shape[0] * rowBytes], elementType: .uint8, pooled: false)
    inParallelRows(of: shape[0], to: bytes) { matrix, rows, to in
      write(
        matrix, format.code, rows.lowerBound, rows.count,
        (to + rows.lowerBound * rowBytes).assumingMemoryBound(to: UInt8.self))
    }
    return BlockMatrix(format, shape, bytes: bytes)
  }

  /// Some rows as float32, `[rows.count, inputs]`. Gives mapped pages back.
  ///
  /// - Parameter write: Writes so many rows from one on.
  func tensor(
    rows: Range<Int>, by write: @Sendable (UnsafePointer<View>, Int, Int, UnsafeMutablePointer<Float>) -> Void
  ) -> Tensor {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= shape[0], "rows \(rows) of a matrix \(shape)")
    let (first, width) = (rows.lowerBound, shape[1])
    let result = Tensor(undefined: [rows.count, width])
    inParallelRows(of: rows.count, to: result) { matrix, rows, to in
      write(
        matrix, first + rows.lowerBound, rows.count,
        (to + rows.lowerBound * width * 4).assumingMemoryBound(to: Float.self))
    }
    return result
  }

  /// Runs `body` on ranges of rows at the same time, with this matrix and the memory of `result` as C sees them.
  private func inParallelRows(
    of count: Int, to result: Tensor,
    _ body: @Sendable (UnsafePointer<View>, Range<Int>, UnsafeMutableRawPointer) -> Void
  ) {
    let target = result.address
    inParallel(count, grain: max(1, (1 << 14) / max(shape[1], 1))) { rows in
      withExtendedLifetime((self, result)) {
        var view = view
        body(&view, rows, target.mutableRaw)
      }
    }
    mapped.releasePages()
  }
}
