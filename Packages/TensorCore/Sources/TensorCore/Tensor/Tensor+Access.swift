extension Tensor {
  /// Runs `body` on the elements.
  ///
  /// - Precondition: The element type is float32.
  public func withElements<R>(_ body: (Span<Float>) throws -> R) rethrows -> R {
    let tensor = aligned()
    return try withExtendedLifetime(tensor) {
      try body(Span(_unsafeStart: tensor.floatPointer, count: count))
    }
  }

  /// Runs `body` on the bytes of the elements, little-endian.
  public func withBytes<R>(_ body: (RawSpan) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) {
      try body(RawSpan(_unsafeStart: rawPointer, byteCount: byteCount))
    }
  }

  /// Runs `body` on the elements, which it may change. Copies them first when another tensor shares them.
  ///
  /// - Precondition: The element type is float32.
  public mutating func withMutableElements<R>(_ body: (inout MutableSpan<Float>) throws -> R) rethrows -> R {
    requireUnrecorded()
    makeUnique()
    var span = MutableSpan(_unsafeStart: mutableFloats, count: count)
    return try body(&span)
  }

  /// A copy of the elements of any floating type, exact in float32 (float64 is rounded to nearest even).
  public var floats: [Float] {
    let tensor = converted(to: .float32)
    return withExtendedLifetime(tensor) {
      Array(unsafeUninitializedCapacity: count) { buffer, initialized in
        if count > 0 {
          UnsafeMutableRawPointer(buffer.baseAddress!).copyMemory(
            from: tensor.rawPointer, byteCount: count * 4)
        }
        initialized = count
      }
    }
  }

  /// A copy of the elements of an int32 tensor.
  ///
  /// - Precondition: The element type is int32.
  public var int32s: [Int32] {
    precondition(elementType == .int32, "int32s of a tensor of \(elementType)")
    return withExtendedLifetime(self) {
      Array(unsafeUninitializedCapacity: count) { buffer, initialized in
        if count > 0 {
          UnsafeMutableRawPointer(buffer.baseAddress!).copyMemory(from: rawPointer, byteCount: count * 4)
        }
        initialized = count
      }
    }
  }
}

// Below: for the operations of this package only. A pointer is valid while the tensor that it came from lives:
// callers hold their operands with `withExtendedLifetime`.
extension Tensor {
  /// The first element, aligned as it happens to be.
  var rawPointer: UnsafeRawPointer { UnsafeRawPointer(storage.address + byteOffset) }

  /// The first byte of a tensor that nothing else shares.
  var mutableRawPointer: UnsafeMutableRawPointer { storage.address + byteOffset }

  /// The first byte, to send to the thread pool.
  var address: Address { Address(raw: rawPointer) }

  /// The first element of an aligned float32 tensor, to send to the thread pool.
  var floatAddress: Address { Address(raw: UnsafeRawPointer(floatPointer)) }

  /// The first element of an aligned float32 tensor.
  var floatPointer: UnsafePointer<Float> {
    precondition(elementType == .float32, "a float32 operation on a tensor of \(elementType)")
    return rawPointer.assumingMemoryBound(to: Float.self)
  }

  /// The first element of a float32 tensor that nothing else shares (one just made, or after `makeUnique()`).
  var mutableFloats: UnsafeMutablePointer<Float> {
    precondition(elementType == .float32, "a float32 operation on a tensor of \(elementType)")
    return mutableRawPointer.assumingMemoryBound(to: Float.self)
  }

  /// This tensor, or a copy where a mapped file does not align its elements to their size.
  func aligned() -> Tensor {
    guard UInt(bitPattern: rawPointer) % UInt(elementType.byteCount) != 0 else { return self }
    return duplicate()
  }

  func duplicate() -> Tensor {
    let copy = Tensor(undefined: shape, elementType: elementType)
    withExtendedLifetime(self) { copy.storage.address.copyMemory(from: rawPointer, byteCount: byteCount) }
    return copy
  }

  /// Makes this tensor the only one that refers to its storage, which can then be written to.
  mutating func makeUnique() {
    if storage.isWritable && isKnownUniquelyReferenced(&storage) { return }
    let node = self.node
    self = duplicate()
    self.node = node
  }

  /// Rows that are worth a step of a parallel region.
  var grainOfRows: Int { max(1, (1 << 14) / max(width, 1)) }
}
