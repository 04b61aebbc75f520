import Foundation
import TensorCore
import Weights

/// libFuzzer's entry for programs with a `main` of their own, which SwiftPM insists on.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>,
  _ feed: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

public typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// Runs libFuzzer as the command line says.
public func fuzz(
  _ count: CInt, _ arguments: Arguments, _ feed: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt {
  var (count, arguments) = (count, arguments)
  return runDriver(&count, &arguments, feed)
}

/// Opens `bytes` as a file with the given ending and reads all of it. What is refused is fine; what traps is not.
public func feed(_ bytes: UnsafePointer<UInt8>, _ count: Int, ending: String) -> CInt {
  let path = "/dev/shm/assay-fuzz-\(ProcessInfo.processInfo.processIdentifier).\(ending)"
  guard let file = fopen(path, "w") else { preconditionFailure("cannot write '\(path)'") }
  fwrite(bytes, 1, count, file)
  fclose(file)
  guard let weights = try? openWeights(path) else { return 0 }
  precondition(weights.metadata.count >= 0)
  for name in weights.names {
    precondition(weights.shape(of: name) != nil && weights.elementType(of: name) != nil)
    guard let tensor = try? weights.tensor(named: name) else { continue }
    precondition(tensor.shape == weights.shape(of: name))
    if tensor.elementType.isFloatingPoint { precondition(tensor.floats.count == tensor.count) }
  }
  if let file = weights as? GGUFFile {
    for value in file.values.values {
      _ = try? value.array?.texts()
      _ = try? value.array?.integers()
    }
  }
  return 0
}
