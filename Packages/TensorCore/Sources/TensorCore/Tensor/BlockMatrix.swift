/// A matrix in the quantised blocks of its file: what ``PackedMatrix`` keeps as it is, and decodes where it is multiplied.
///
/// - Shape: `[rows, width]`, a row a whole number of blocks.
public struct BlockMatrix: Sendable {
  public let format: BlockFormat
  public let shape: [Int]
  /// Rows of blocks, densely: a window of the file, or a copy of some rows.
  let bytes: Tensor

  /// A matrix of a mapped file. Shape and offset may come from a header that lies.
  ///
  /// - Parameter offset: Where the first block lies in the file, in bytes; need not be aligned.
  /// - Throws: ``TensorFileError`` if the shape does not divide into blocks, the size overflows, or the window leaves the
  ///   file.
  /// - Precondition: The shape has two axes.
  public init(format: BlockFormat, shape: [Int], file: MappedFile, offset: Int) throws(TensorFileError) {
    precondition(shape.count == 2, "a matrix of shape \(shape)")
    let count = try format.byteCount(of: shape, in: file.path)
    self.init(
      format, shape, bytes: try Tensor(shape: [count], elementType: .uint8, file: file, offset: offset))
  }

  /// A matrix of blocks in memory.
  ///
  /// - Precondition: Two axes, and as many bytes as their blocks have.
  public init(format: BlockFormat, shape: [Int], copying blocks: [UInt8]) {
    precondition(
      shape.count == 2 && shape[1] % format.elements == 0
        && shape[0] * (shape[1] / format.elements) * format.byteCount == blocks.count,
      "\(blocks.count) bytes of \(format.rawValue) for a matrix \(shape)")
    let bytes = Tensor(shape: [blocks.count], elementType: .uint8) { span in
      for index in blocks.indices { span.storeBytes(of: blocks[index], toByteOffset: index, as: UInt8.self) }
    }
    self.init(format, shape, bytes: bytes)
  }

  /// The rows of several matrices behind each other, copied.
  ///
  /// - Precondition: There is at least one; all are of one format and width.
  public init(joining matrices: [BlockMatrix]) {
    let (format, width) = (matrices[0].format, matrices[0].shape[1])
    precondition(
      matrices.allSatisfy { $0.format == format && $0.shape[1] == width },
      "matrices \(matrices.map(\.shape)) behind each other")
    let bytes = Tensor(
      undefined: [matrices.reduce(0) { $0 + $1.byteCount }], elementType: .uint8, pooled: false)
    var start = bytes.mutableRawPointer
    for matrix in matrices {
      withExtendedLifetime((matrix, bytes)) {
        start.copyMemory(from: matrix.bytes.rawPointer, byteCount: matrix.byteCount)
      }
      start += matrix.byteCount
      matrix.releasePages()
    }
    self.init(format, [matrices.reduce(0) { $0 + $1.shape[0] }, width], bytes: bytes)
  }

  init(_ format: BlockFormat, _ shape: [Int], bytes: Tensor) {
    (self.format, self.shape, self.bytes) = (format, shape, bytes)
  }

  /// Bytes of all blocks.
  public var byteCount: Int { bytes.count }

  private var rowBytes: Int { shape[1] / format.elements * format.byteCount }

  /// Neighbouring rows, not copied.
  ///
  /// - Precondition: They are within the matrix.
  public func rows(_ range: Range<Int>) -> BlockMatrix {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= shape[0], "rows \(range) of a matrix \(shape)")
    return BlockMatrix(
      format, [range.count, shape[1]],
      bytes: bytes.rows(range.lowerBound * rowBytes..<range.upperBound * rowBytes))
  }

  /// Copies the blocks of columns and rows that follow each other in `runs`.
  ///
  /// - Returns: `nil` where the columns cut through a block.
  /// - Precondition: They are within the matrix.
  public func gathering(rows runs: [Range<Int>], columns: Range<Int>) -> BlockMatrix? {
    let elements = format.elements
    guard columns.lowerBound % elements == 0, columns.upperBound % elements == 0 else { return nil }
    let row = rowBytes
    let part =
      columns.lowerBound / elements * format.byteCount..<columns.upperBound / elements * format.byteCount
    let count = runs.reduce(0) { $0 + $1.count }
    let gathered = bytes.gathering(
      runs: runs.lazy.flatMap { $0.lazy.map { $0 * row + part.lowerBound..<$0 * row + part.upperBound } },
      shape: [count * part.count])
    return BlockMatrix(format, [count, columns.count], bytes: gathered)
  }

  /// Where the first element lies that is NaN or infinite, in row-major order; `nil` where all are finite. Decodes a few
  /// rows at a time, and gives the file's pages back.
  public var firstNonFinite: Int? {
    defer { releasePages() }
    let chunk = max((1 << 20) / max(shape[1], 1), 1)
    for start in stride(from: 0, to: shape[0], by: chunk) {
      let part = rows(start..<min(start + chunk, shape[0]))
      if let place = part.tensor.firstNonFinite { return start * shape[1] + place }
    }
    return nil
  }

  /// Gives back the memory of the file's pages that hold these blocks; they are read again where they are needed.
  func releasePages() { bytes.releasePages() }
}
