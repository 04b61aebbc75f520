/// The bytes behind a tensor, which several tensors may share.
///
/// Sendable although its memory is not protected: ``Tensor`` writes only to storage that it alone refers to.
final class Storage: @unchecked Sendable {
  /// Bytes to which pooled and owned storage is aligned: a cache line, and the widest SIMD register.
  static let alignment = 64

  enum Origin {
    /// Lent by the pool: results of operations.
    case pooled
    /// Allocated for this tensor and given back to the system after it: weights.
    case owned
    /// A window of a read-only file mapping, aligned as the file has it.
    case mapped(MappedFile)
  }

  let address: UnsafeMutableRawPointer
  let byteCount: Int
  private let origin: Origin

  /// Undefined contents, readable.
  init(byteCount: Int, pooled: Bool = true) {
    self.byteCount = byteCount
    origin = pooled ? .pooled : .owned
    address =
      pooled
      ? BufferPool.shared.take(byteCount: byteCount)
      : .allocate(byteCount: max(byteCount, 1), alignment: Self.alignment)
  }

  /// The whole of a mapped file.
  init(_ file: MappedFile) {
    byteCount = file.byteCount
    origin = .mapped(file)
    address = UnsafeMutableRawPointer(mutating: file.address)
  }

  /// The file whose window this is, if it is one.
  var mappedFile: MappedFile? {
    if case .mapped(let file) = origin { file } else { nil }
  }

  var isWritable: Bool {
    if case .mapped = origin { false } else { true }
  }

  deinit {
    switch origin {
    case .pooled: BufferPool.shared.give(back: address, byteCount: byteCount)
    case .owned: address.deallocate()
    case .mapped: break
    }
  }
}
