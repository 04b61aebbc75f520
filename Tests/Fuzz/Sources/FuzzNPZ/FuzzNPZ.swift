public import Driver
import Feeding

@_cdecl("FuzzNPZ_main")
public func run(_ count: CInt, _ arguments: Arguments) -> CInt {
  fuzz(count, arguments) { bytes, count in feed(weights: bytes, count, ending: "npz") }
}
