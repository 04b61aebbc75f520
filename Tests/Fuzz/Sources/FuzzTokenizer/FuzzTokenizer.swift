public import Driver
import Feeding

@_cdecl("FuzzTokenizer_main")
public func run(_ count: CInt, _ arguments: Arguments) -> CInt {
  fuzz(count, arguments) { bytes, count in feed(tokenizer: bytes, count) }
}
