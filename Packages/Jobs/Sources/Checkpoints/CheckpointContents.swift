internal import TensorCore

/// The bytes of a checkpoint file: mapped, or in memory.
enum CheckpointContents: Sendable {
  case mapped(MappedFile)
  case image([UInt8])

  var byteCount: Int {
    switch self {
    case .mapped(let file): file.byteCount
    case .image(let bytes): bytes.count
    }
  }

  /// Maps the file at `path`.
  static func mapping(_ path: String) throws(CheckpointError) -> CheckpointContents {
    do throws(MappedFileError) {
      return .mapped(try MappedFile(path: path))
    } catch {
      throw CheckpointError(
        error.code == 0 ? .malformed : .missing, "cannot open checkpoint '\(path)': \(error.reason)")
    }
  }

  /// Looks at the file before libhdf5 does.
  func check(path: String) throws(CheckpointError) {
    do {
      try withBytes { bytes in _ = try Superblock(bytes, path: path) }
    } catch {
      throw error as! CheckpointError
    }
  }

  func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
    switch self {
    case .mapped(let file): try file.withBytes(body)
    case .image(let bytes): try body(bytes.span.bytes)
    }
  }

  /// A tensor at `offset`, without a copy where the file is mapped. The range was checked when the file was opened.
  func tensor(shape: [Int], elementType: ElementType, offset: Int) throws(TensorFileError) -> Tensor {
    switch self {
    case .mapped(let file):
      return try Tensor(shape: shape, elementType: elementType, file: file, offset: offset)
    case .image(let bytes):
      let byteCount = shape.reduce(elementType.byteCount, *)
      return Tensor(
        shape: shape, elementType: elementType,
        copying: bytes.span.bytes.extracting(offset..<offset + byteCount))
    }
  }
}
