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
    return blocks(format, by: tc_float8_blocks)
  }

  /// Some rows as float32. Gives the pages of mapped codes back.
  ///
  /// - Shape: `[rows.count, inputs]`.
  public func tensor(rows: Range<Int>) -> Tensor {
    tensor(rows: rows, by: tc_float8_floats)
  }
}

extension Float8Matrix: EncodedMatrix {
  var mapped: Tensor { codes }

  var view: tc_float8_matrix {
    tc_float8_matrix(
      codes: codes.rawPointer.assumingMemoryBound(to: UInt8.self), scales: scales.floatPointer,
      inner: shape[1], tiles: scales.shape[1], tile_outputs: tile.outputs, tile_inner: tile.inputs)
  }
}
