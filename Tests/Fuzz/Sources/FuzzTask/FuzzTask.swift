public import Driver
import Feeding

@_cdecl("FuzzTask_main")
public func run(_ count: CInt, _ arguments: Arguments) -> CInt {
  fuzz(count, arguments) { bytes, count in feed(task: bytes, count) }
}
