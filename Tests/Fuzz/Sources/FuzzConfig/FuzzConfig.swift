public import Driver
import Feeding

@_cdecl("FuzzConfig_main")
public func run(_ count: CInt, _ arguments: Arguments) -> CInt {
  fuzz(count, arguments) { bytes, count in feed(configuration: bytes, count) }
}
