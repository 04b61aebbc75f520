public import Basics

/// A tensor that a file's header promises and the file does not hold.
public struct TensorFileError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// A length of the shape is negative.
    case negative(shape: [Int])
    /// The bytes of the shape do not fit in a number.
    case tooLarge(shape: [Int])
    /// The window of the tensor leaves the file; `byteCount` are the tensor's bytes.
    case outside(shape: [Int], type: String, offset: Int, byteCount: Int, fileByteCount: Int)
    /// The last axis is no whole number of blocks of a quantised format.
    case uneven(shape: [Int], format: String, block: Int)
  }

  public let path: String
  public let kind: Kind

  public init(_ kind: Kind, path: String) {
    self.kind = kind
    self.path = path
  }

  /// What is wrong, without the file.
  public var reason: String {
    switch kind {
    case .negative(let shape): "shape \(shape) has a negative length"
    case .tooLarge(let shape): "shape \(shape) is larger than any memory"
    case .outside(let shape, let type, let offset, let needed, let size):
      "a tensor \(shape) of \(type) at byte \(offset) needs \(needed) bytes, the file has \(size)"
    case .uneven(let shape, let format, let block):
      "shape \(shape) of \(format) does not divide into blocks of \(block)"
    }
  }

  public var fault: Fault { .badData }

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
        .outside(
          shape: shape, type: "\(elementType)", offset: offset, byteCount: bytes,
          fileByteCount: file.byteCount),
        path: file.path)
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
        throw TensorFileError(.negative(shape: shape), path: path)
      }
      if length == 0 {
        isEmpty = true  // the other lengths must still not overflow: they are multiplied elsewhere
        continue
      }
      let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
      guard !overflow else {
        throw TensorFileError(.tooLarge(shape: shape), path: path)
      }
      bytes = product
    }
    return isEmpty ? 0 : bytes
  }
}
