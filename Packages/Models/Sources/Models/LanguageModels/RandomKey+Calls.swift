import Synchronization
import TensorCore

extension RandomKey {
  private static let calls = Atomic<UInt64>(0)

  /// A key that no other call in this process gets: of the call's number.
  static func ofNextCall() -> RandomKey {
    RandomKey(seed: 0).folded(calls.wrappingAdd(1, ordering: .relaxed).newValue)
  }
}
