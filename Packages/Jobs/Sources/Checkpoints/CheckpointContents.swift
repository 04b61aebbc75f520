internal import TensorCore

/// The bytes of a checkpoint file: mapped, or in memory.
struct CheckpointContents: Sendable {
  enum Storage: Sendable {
    case mapped(MappedFile)
    case image([UInt8])
  }

  let storage: Storage
  /// Bytes in front that are not looked at; offsets count from behind them.
  private(set) var start = 0

  static func image(_ bytes: [UInt8]) -> CheckpointContents { CheckpointContents(storage: .image(bytes)) }

  var byteCount: Int {
    switch storage {
    case .mapped(let file): file.byteCount - start
    case .image(let bytes): bytes.count - start
    }
  }

  /// Without its first bytes.
  func dropping(_ count: Int) -> CheckpointContents {
    precondition(count >= 0 && count <= byteCount, "dropping: \(count) of \(byteCount) bytes")
    var rest = self
    rest.start += count
    return rest
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
      return CheckpointContents(storage: .mapped(try open()))
    } catch {
      throw CheckpointError(.unopened(reason: error.reason, isThere: error.code == 0), at: path)
    }
  }

  func withBytes<Value, Failure: Error>(_ body: (RawSpan) throws(Failure) -> Value) throws(Failure) -> Value {
    switch storage {
    case .mapped(let file):
      try file.withBytes { bytes in
        Result { () throws(Failure) in try body(bytes.extracting(droppingFirst: start)) }
      }.get()
    case .image(let bytes): try body(bytes.span.bytes.extracting(droppingFirst: start))
    }
  }

  /// A tensor at `offset`, without a copy where the file is mapped and has the elements at multiples of their size: in an
  /// object header they may lie anywhere. The range was checked when the file was opened.
  func tensor(shape: [Int], elementType: ElementType, offset: Int) throws(TensorFileError) -> Tensor {
    if case .mapped(let file) = storage, (start + offset) % elementType.byteCount == 0 {
      return try Tensor(shape: shape, elementType: elementType, file: file, offset: start + offset)
    }
    let byteCount = shape.reduce(elementType.byteCount, *)
    return withBytes { bytes in
      Tensor(
        shape: shape, elementType: elementType, copying: bytes.extracting(offset..<offset + byteCount))
    }
  }
}
