public import Driver
import Feeding

@_cdecl("FuzzSafetensors_main")
public func run(_ count: CInt, _ arguments: Arguments) -> CInt {
  fuzz(count, arguments) { bytes, count in feed(weights: bytes, count, ending: "safetensors") }
}
