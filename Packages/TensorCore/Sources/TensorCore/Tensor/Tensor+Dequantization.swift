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
    decode(source, format)
    source.releasePages()
  }

  fileprivate func decode(_ source: Tensor, _ format: BlockFormat) {
    withExtendedLifetime((source, self)) {
      let from = source.address
      let to = floatAddress
      inParallel(count / format.elements, grain: 1 << 10) { blocks in
        tc_dequantize(
          format.code, from.raw + blocks.lowerBound * format.byteCount,
          to.mutableFloats(blocks.lowerBound * format.elements), blocks.count)
      }
    }
  }
}

extension BlockMatrix {
  /// All weights as float32, with the bits of ggml's reference.
  public var tensor: Tensor {
    let result = Tensor(undefined: shape)
    result.decode(bytes, format)
    return result
  }

  /// The rows that `ids` name, as float32.
  ///
  /// - Shape: `[ids.count, width]`.
  /// - Precondition: Every id is a row.
  public func gatheringRows(_ ids: [Int32]) -> Tensor {
    let (length, width, blocks) = (shape[0], shape[1], shape[1] / format.elements)
    for id in ids { precondition(id >= 0 && Int(id) < length, "gatheringRows: id \(id) of \(length)") }
    let result = Tensor(undefined: [ids.count, width])
    withExtendedLifetime((bytes, result)) {
      let from = bytes.address
      let to = result.floatAddress
      inParallel(ids.count, grain: result.grainOfRows) { places in
        for place in places {
          tc_dequantize(
            format.code, from.raw + Int(ids[place]) * blocks * format.byteCount,
            to.mutableFloats(place * width), blocks)
        }
      }
    }
    return result
  }
}
