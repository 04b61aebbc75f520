internal import CKernels

extension Tensor {
  /// Widens a quantised weight of a mapped file to float32. Shape and offset may come from a header that lies.
  ///
  /// - Shape: The last axis is a whole number of blocks.
  /// - Parameter offset: Where the first block lies in the file, in bytes; need not be aligned.
  /// - Returns: A pooled tensor with the bits of ggml's reference.
  /// - Throws: ``TensorFileError`` if the shape does not divide into blocks, the size overflows, or the window leaves
  ///   the file; nothing was allocated then.
  public init(
    dequantizing format: BlockFormat, shape: [Int], file: MappedFile, offset: Int
  ) throws(TensorFileError) {
    let bytes = try format.byteCount(of: shape, in: file.path)
    let source = try Tensor(shape: [bytes], elementType: .uint8, file: file, offset: offset)
    self.init(undefined: shape)
    withExtendedLifetime((source, self)) {
      let from = source.address
      let to = floatAddress
      inParallel(count / format.elements, grain: 1 << 10) { blocks in
        tc_dequantize(
          format.code, from.raw + blocks.lowerBound * format.byteCount,
          to.mutableFloats(blocks.lowerBound * format.elements), blocks.count)
      }
    }
    source.releasePages()
  }
}
