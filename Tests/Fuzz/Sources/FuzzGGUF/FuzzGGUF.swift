public import Driver
import Feeding

@_cdecl("FuzzGGUF_main")
public func run(_ count: CInt, _ arguments: Arguments) -> CInt {
  fuzz(count, arguments) { bytes, count in feed(weights: bytes, count, ending: "gguf") }
}
