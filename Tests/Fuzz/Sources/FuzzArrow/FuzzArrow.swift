public import Driver
import Feeding

@_cdecl("FuzzArrow_main")
public func run(_ count: CInt, _ arguments: Arguments) -> CInt {
  fuzz(count, arguments) { bytes, count in feed(documents: bytes, count, ending: "arrow") }
}
