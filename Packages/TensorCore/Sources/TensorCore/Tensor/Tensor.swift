/// Numbers in row-major order: a shape, an element type, and contiguous storage.
///
/// A plain value: no strides, no lazy graph. Copies share storage until one of them is written to. Storage comes from
/// the ``BufferPool``, is owned, or is a window of a ``MappedFile``; the first two are 64-byte aligned, the last is
/// aligned as the file has it.
public struct Tensor: Sendable {
  /// Length of each axis, slowest first; empty for a single number.
  public let shape: [Int]
  public let elementType: ElementType
  /// Number of elements, the product of ``shape``.
  public let count: Int
  var storage: Storage
  /// Where the first element lies in `storage`, in bytes.
  var byteOffset: Int
  /// The step of a ``Tape`` that made this tensor; nil in inference.
  var node: TapeNode?

  init(shape: [Int], elementType: ElementType, storage: Storage, byteOffset: Int) {
    self.shape = shape
    self.elementType = elementType
    self.count = shape.reduce(1, *)
    self.storage = storage
    self.byteOffset = byteOffset
  }

  /// Undefined contents, readable.
  init(undefined shape: [Int], elementType: ElementType = .float32, pooled: Bool = true) {
    precondition(shape.allSatisfy { $0 >= 0 }, "tensor shape \(shape) has a negative length")
    let bytes = shape.reduce(elementType.byteCount, *)
    self.init(
      shape: shape, elementType: elementType, storage: Storage(byteCount: bytes, pooled: pooled),
      byteOffset: 0)
  }

  /// A float32 tensor of `elements` in row-major order.
  ///
  /// - Precondition: `shape` has as many elements.
  public init(_ elements: [Float], shape: [Int]) {
    self.init(copying: elements, elementType: .float32, shape: shape)
  }

  /// An int32 tensor of `elements` in row-major order.
  ///
  /// - Precondition: `shape` has as many elements.
  public init(_ elements: [Int32], shape: [Int]) {
    self.init(copying: elements, elementType: .int32, shape: shape)
  }

  private init<Element: BitwiseCopyable>(copying elements: [Element], elementType: ElementType, shape: [Int])
  {
    self.init(undefined: shape, elementType: elementType)
    precondition(elements.count == count, "tensor \(shape) needs \(count) elements, got \(elements.count)")
    elements.withUnsafeBytes { bytes in
      if let source = bytes.baseAddress { storage.address.copyMemory(from: source, byteCount: bytes.count) }
    }
  }

  /// All bits zero.
  public init(zeros shape: [Int], elementType: ElementType = .float32) {
    self.init(undefined: shape, elementType: elementType)
    storage.address.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
  }

  /// A pooled float32 tensor that `body` fills; what `body` leaves out is undefined, though readable.
  public init(shape: [Int], initializingWith body: (inout MutableSpan<Float>) throws -> Void) rethrows {
    self.init(undefined: shape)
    var span = MutableSpan(_unsafeStart: mutableFloats, count: count)
    try body(&span)
  }

  /// A pooled tensor of any type, whose bytes `body` fills.
  public init(
    shape: [Int], elementType: ElementType, initializingBytesWith body: (inout MutableRawSpan) throws -> Void
  ) rethrows {
    self.init(undefined: shape, elementType: elementType)
    var span = MutableRawSpan(_unsafeStart: mutableRawPointer, byteCount: byteCount)
    try body(&span)
  }

  /// An owned copy of `bytes`, little-endian.
  ///
  /// - Precondition: `bytes` is exactly as long as `shape` and `elementType` need.
  public init(shape: [Int], elementType: ElementType, copying bytes: RawSpan) {
    self.init(undefined: shape, elementType: elementType, pooled: false)
    precondition(
      bytes.byteCount == byteCount,
      "tensor \(shape) \(elementType) needs \(byteCount) bytes, got \(bytes.byteCount)")
    bytes.withUnsafeBytes { source in
      if let start = source.baseAddress { storage.address.copyMemory(from: start, byteCount: source.count) }
    }
  }

  /// Bytes of all elements.
  public var byteCount: Int { count * elementType.byteCount }

  /// The length of the last axis, or 1 for a single number.
  public var width: Int { shape.last ?? 1 }

  /// How many rows of ``width`` elements there are.
  public var rowCount: Int { shape.dropLast().reduce(1, *) }
}
