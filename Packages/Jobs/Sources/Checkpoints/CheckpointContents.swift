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
    try mapping(path) { () throws(MappedFileError) in try MappedFile(path: path) }
  }

  /// The file that `open` maps, which errors call `path`.
  static func mapping(
    _ path: String, _ open: () throws(MappedFileError) -> MappedFile
  ) throws(CheckpointError) -> CheckpointContents {
    do throws(MappedFileError) {
      return .mapped(try open())
    } catch {
      throw CheckpointError(.unopened(reason: error.reason, isThere: error.code == 0), at: path)
    }
  }

  func withBytes<Value, Failure: Error>(_ body: (RawSpan) throws(Failure) -> Value) throws(Failure) -> Value {
    switch self {
    case .mapped(let file):
      try file.withBytes { bytes in Result { () throws(Failure) in try body(bytes) } }.get()
    case .image(let bytes): try body(bytes.span.bytes)
    }
  }

  /// A tensor at `offset`, without a copy where the file is mapped and has the elements at multiples of their size: in an
  /// object header they may lie anywhere. The range was checked when the file was opened.
  func tensor(shape: [Int], elementType: ElementType, offset: Int) throws(TensorFileError) -> Tensor {
    if case .mapped(let file) = self, offset % elementType.byteCount == 0 {
      return try Tensor(shape: shape, elementType: elementType, file: file, offset: offset)
    }
    let byteCount = shape.reduce(elementType.byteCount, *)
    return withBytes { bytes in
      Tensor(
        shape: shape, elementType: elementType, copying: bytes.extracting(offset..<offset + byteCount))
    }
  }
}
