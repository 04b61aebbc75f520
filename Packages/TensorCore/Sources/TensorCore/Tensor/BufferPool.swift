internal import CKernels
import Synchronization

/// Recycles the memory of tensors, so that a pass of the same shapes as the one before allocates nothing.
///
/// A block belongs to a size class: powers of two up to 4 KiB, then eight steps a doubling, so that at most an
/// eighth is wasted. Released blocks wait in their class; when more than ``idleLimit`` bytes wait, further ones go
/// back to the system at once. Safe from any thread.
public final class BufferPool: Sendable {
  /// The pool behind every pooled tensor of this process.
  public static let shared = BufferPool()

  /// What the pool has done so far, in blocks and bytes.
  public struct Statistics: Sendable, Equatable {
    /// Blocks that had to come from the system.
    public var allocations = 0
    /// Blocks that came from a waiting one.
    public var reuses = 0
    /// Bytes that tensors hold now.
    public var liveBytes = 0
    /// The most bytes that tensors ever held at once.
    public var peakBytes = 0
    /// Bytes that wait to be used again.
    public var idleBytes = 0
  }

  private struct State: ~Copyable {
    var waiting: [[UInt]] = Array(repeating: [], count: SizeClass.count)
    var statistics = Statistics()
    var idleLimit = 1 << 30
  }

  private let state = Mutex(State())

  init() {}

  deinit { trim() }

  /// A snapshot of the counters.
  public var statistics: Statistics { state.withLock { $0.statistics } }

  /// The most bytes that wait for reuse; 1 GiB unless set.
  public var idleLimit: Int {
    get { state.withLock { $0.idleLimit } }
    set { state.withLock { $0.idleLimit = newValue } }
  }

  /// Gives all waiting blocks back to the system.
  public func trim() {
    let blocks = state.withLock { state in
      state.statistics.idleBytes = 0
      defer { state.waiting = Array(repeating: [], count: SizeClass.count) }
      return state.waiting.joined().map { $0 }
    }
    for block in blocks { tc_panels_free(UnsafeMutableRawPointer(bitPattern: block)) }
  }

  /// A block of at least `byteCount` bytes, 64-byte aligned, with undefined contents.
  func take(byteCount: Int) -> UnsafeMutableRawPointer {
    let sizeClass = SizeClass(holding: byteCount)
    let recycled = state.withLock { state in
      state.statistics.liveBytes += sizeClass.byteCount
      state.statistics.peakBytes = max(state.statistics.peakBytes, state.statistics.liveBytes)
      guard let block = state.waiting[sizeClass.index].popLast() else {
        state.statistics.allocations += 1
        return UInt(0)
      }
      state.statistics.reuses += 1
      state.statistics.idleBytes -= sizeClass.byteCount
      return block
    }
    if let block = UnsafeMutableRawPointer(bitPattern: recycled) { return block }
    guard let block = tc_panels_allocate(sizeClass.byteCount) else {
      preconditionFailure("no memory for \(sizeClass.byteCount) bytes")
    }
    return block
  }

  /// Returns a block that ``take(byteCount:)`` gave for the same `byteCount`.
  func give(back block: UnsafeMutableRawPointer, byteCount: Int) {
    let sizeClass = SizeClass(holding: byteCount)
    let kept = state.withLock { state in
      state.statistics.liveBytes -= sizeClass.byteCount
      guard state.statistics.idleBytes + sizeClass.byteCount <= state.idleLimit else { return false }
      state.waiting[sizeClass.index].append(UInt(bitPattern: block))
      state.statistics.idleBytes += sizeClass.byteCount
      return true
    }
    if !kept { tc_panels_free(block) }
  }
}

/// The sizes in which the pool keeps blocks.
struct SizeClass {
  static let count = 7 + 8 * 50
  let index: Int
  let byteCount: Int

  init(holding bytes: Int) {
    let bytes = max(bytes, 64)
    let exponent = Int.bitWidth - (bytes - 1).leadingZeroBitCount  // 2^(exponent - 1) < bytes ≤ 2^exponent
    if exponent <= 12 {
      index = exponent - 6
      byteCount = 1 << exponent
    } else {
      let step = 1 << (exponent - 4)
      let steps = (bytes - (step << 3) + step - 1) / step  // 1...8 steps above half of the power
      index = 7 + (exponent - 13) * 8 + steps - 1
      byteCount = (step << 3) + steps * step
    }
  }
}
