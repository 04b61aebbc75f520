internal import CKernels

/// A matrix of 8-bit floats, E4M3, with a scale for each of its tiles, as tools that quantise layers store it.
///
///     weight[o, i] = scale[o / tile outputs, i / tile inputs] · number[o, i]
///
/// rounded once to float32.
///
/// - Shape: `[outputs, inputs]`.
/// - Source: Open Compute Project 2023, *OFP8 Formats Specification* 1.0, §5.1; DeepSeek-AI 2024, *DeepSeek-V3 Technical
///   Report*, §3.3.2 (tiles).
public struct Float8Matrix: Sendable {
  public let shape: [Int]
  private let codes: Tensor
  private let scales: Tensor
  private let tile: (outputs: Int, inputs: Int)

  /// - Parameters:
  ///   - codes: `[outputs, inputs]`, bytes as uint8.
  ///   - scales: One for each tile, float32 `[tiles of outputs, tiles of inputs]`.
  ///   - tile: Outputs and inputs that share a scale; the last tiles may have fewer.
  /// - Precondition: There is a scale for each tile.
  public init(codes: Tensor, scales: Tensor, tile: (outputs: Int, inputs: Int)) {
    shape = codes.shape
    precondition(
      codes.shape.count == 2 && codes.elementType == .uint8 && tile.outputs > 0 && tile.inputs > 0
        && scales.shape == [
          (shape[0] + tile.outputs - 1) / tile.outputs, (shape[1] + tile.inputs - 1) / tile.inputs,
        ], "scales \(scales.shape) of tiles \(tile) of \(codes.elementType) \(codes.shape)")
    self.codes = codes
    self.scales = scales.aligned()
    self.tile = tile
  }

  /// The same weights in blocks, a copy. Gives the pages of mapped codes back.
  ///
  /// - Precondition: `format` is that of ``BlockFormat/floats(tile:width:)``.
  public func blocks(_ format: BlockFormat) -> BlockMatrix {
    precondition(
      format == .floats(tile: tile.inputs, width: shape[1]), "floats \(shape) in tiles \(tile) as \(format)")
    let rowBytes = shape[1] / format.elements * format.byteCount
    let bytes = Tensor(undefined: [shape[0] * rowBytes], elementType: .uint8, pooled: false)
    inParallelRows(of: shape[0], to: bytes) { matrix, rows, to in
      tc_float8_blocks(
        matrix, format.code, rows.lowerBound, rows.count,
        (to + rows.lowerBound * rowBytes).assumingMemoryBound(to: UInt8.self))
    }
    return BlockMatrix(format, shape, bytes: bytes)
  }

  /// Some rows as float32. Gives the pages of mapped codes back.
  ///
  /// - Shape: `[rows.count, inputs]`.
  public func tensor(rows: Range<Int>) -> Tensor {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= shape[0], "rows \(rows) of a matrix \(shape)")
    let (first, width) = (rows.lowerBound, shape[1])
    let result = Tensor(undefined: [rows.count, width])
    inParallelRows(of: rows.count, to: result) { matrix, rows, to in
      tc_float8_floats(
        matrix, first + rows.lowerBound, rows.count,
        (to + rows.lowerBound * width * 4).assumingMemoryBound(to: Float.self))
    }
    return result
  }

  /// Runs `body` on ranges of rows at the same time, with this matrix and the memory of `result` as C sees them.
  private func inParallelRows(
    of count: Int, to result: Tensor,
    _ body: @Sendable (UnsafePointer<tc_float8_matrix>, Range<Int>, UnsafeMutableRawPointer) -> Void
  ) {
    let target = result.address
    inParallel(count, grain: max(1, (1 << 14) / max(shape[1], 1))) { rows in
      withExtendedLifetime((self, result)) {
        var view = view
        body(&view, rows, target.mutableRaw)
      }
    }
    codes.releasePages()
  }

  private var view: tc_float8_matrix {
    tc_float8_matrix(
      codes: codes.rawPointer.assumingMemoryBound(to: UInt8.self), scales: scales.floatPointer,
      inner: shape[1], tiles: scales.shape[1], tile_outputs: tile.outputs, tile_inner: tile.inputs)
  }
}
