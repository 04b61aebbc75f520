import Checkpoints
import TensorCore

/// Opens `bytes` as a checkpoint and reads all of it. What is refused is fine; what traps is not.
public func feed(checkpoint bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let image = Array(UnsafeBufferPointer(start: bytes, count: count))
  guard let checkpoint = try? Checkpoint(image: image, name: "fuzz") else { return 0 }
  for section in Checkpoint.Section.allCases {
    for name in checkpoint.names(in: section) {
      guard let tensor = try? checkpoint.tensor(named: name, in: section, verifying: false) else { continue }
      precondition(tensor.shape == (try? checkpoint.shape(of: name, in: section)))
      if tensor.elementType.isFloatingPoint { precondition(tensor.floats.count == tensor.count) }
    }
  }
  _ = try? checkpoint.verify()
  _ = try? checkpoint.weightsDigest()
  return 0
}
