public import Driver
import FeedingCheckpoints

@_cdecl("FuzzHDF5_main")
public func run(_ count: CInt, _ arguments: Arguments) -> CInt {
  fuzz(count, arguments) { bytes, count in feed(checkpoint: bytes, count) }
}
