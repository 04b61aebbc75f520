public import Driver
import Feeding

@_cdecl("FuzzParquet_main")
public func run(_ count: CInt, _ arguments: Arguments) -> CInt {
  fuzz(count, arguments) { bytes, count in feed(documents: bytes, count, ending: "parquet") }
}
