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
