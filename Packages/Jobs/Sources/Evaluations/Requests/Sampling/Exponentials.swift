import Foundation
import Synchronization
import TensorCore

/// e to the power of each of some numbers, computed on all cores: over a vocabulary that is most of what a draw takes.
func exponentials(_ count: Int, of power: @Sendable (Int) -> Double) -> [Double] {
  let length = 4096
  let count = (parts: (count + length - 1) / length, all: count)
  let parts = Mutex([[Double]](repeating: [], count: count.parts))
  ThreadPool.shared.run(count.parts) { part in
    let own = (part * length..<min((part + 1) * length, count.all)).map { exp(power($0)) }
    parts.withLock { $0[part] = own }
  }
  return parts.withLock { Array($0.joined()) }
}
