/// A tensor that a file's header promises and the file does not hold.
public struct TensorFileError: Error, Sendable, Equatable, CustomStringConvertible {
  public let path: String
  public let reason: String

  public var description: String { "'\(path)': \(reason)" }
}

extension Tensor {
  /// A window of a mapped file, not copied. Shape and offset may come straight from a header that lies.
  ///
  /// - Parameter offset: Where the first element lies in the file, in bytes; need not be aligned.
  /// - Throws: ``TensorFileError`` if a length is negative, the size overflows, or the window leaves the file.
  public init(shape: [Int], elementType: ElementType, file: MappedFile, offset: Int) throws(TensorFileError) {
    let bytes = try elementType.byteCount(of: shape, in: file.path)
    let (end, overflow) = offset.addingReportingOverflow(bytes)
    guard offset >= 0, !overflow, end <= file.byteCount else {
      throw TensorFileError(
        path: file.path,
        reason:
          "a tensor \(shape) of \(elementType) at byte \(offset) needs \(bytes) bytes, the file has \(file.byteCount)"
      )
    }
    self.init(shape: shape, elementType: elementType, storage: Storage(file), byteOffset: offset)
  }
}

extension Tensor {
  /// Gives back the memory of a window of a mapped file; its elements are read again when they are needed. Of any other
  /// tensor nothing. See ``MappedFile/release(_:)``.
  public func releasePages() {
    storage.mappedFile?.release(byteOffset..<byteOffset + byteCount)
  }
}

extension ElementType {
  /// Bytes of a tensor whose shape was read from a file.
  ///
  /// - Parameter path: Names the file in the error.
  /// - Throws: ``TensorFileError`` if a length is negative or the product overflows.
  public func byteCount(of shape: [Int], in path: String) throws(TensorFileError) -> Int {
    var bytes = byteCount
    var isEmpty = false
    for length in shape {
      guard length >= 0 else {
        throw TensorFileError(path: path, reason: "shape \(shape) has a negative length")
      }
      if length == 0 {
        isEmpty = true  // the other lengths must still not overflow: they are multiplied elsewhere
        continue
      }
      let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
      guard !overflow else {
        throw TensorFileError(path: path, reason: "shape \(shape) is larger than any memory")
      }
      bytes = product
    }
    return isEmpty ? 0 : bytes
  }
}
