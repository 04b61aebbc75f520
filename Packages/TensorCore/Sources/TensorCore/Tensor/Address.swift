/// A pointer that may go to other threads: the caller answers for lifetime and for who writes where.
struct Address: @unchecked Sendable {
  let raw: UnsafeRawPointer
  var mutableRaw: UnsafeMutableRawPointer { UnsafeMutableRawPointer(mutating: raw) }

  /// The float32 at `index`.
  func floats(_ index: Int = 0) -> UnsafePointer<Float> {
    raw.assumingMemoryBound(to: Float.self) + index
  }

  /// The float32 at `index`, to write.
  func mutableFloats(_ index: Int = 0) -> UnsafeMutablePointer<Float> {
    mutableRaw.assumingMemoryBound(to: Float.self) + index
  }
}
