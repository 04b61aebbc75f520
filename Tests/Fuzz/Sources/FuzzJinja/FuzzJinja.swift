public import Driver
import Feeding

@_cdecl("FuzzJinja_main")
public func run(_ count: CInt, _ arguments: Arguments) -> CInt {
  fuzz(count, arguments) { bytes, count in feed(template: bytes, count) }
}
