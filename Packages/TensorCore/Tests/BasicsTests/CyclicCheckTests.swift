import Basics
import Testing

@Suite("Cyclic checks")
struct CyclicCheckTests {
  /// The check value that catalogues of such checks give, and zlib's of one, seven and seventeen bytes.
  @Test(
    "A check of 32 bits is that of zlib",
    arguments: [
      (Array("123456789".utf8), 0xCBF4_3926), ([], 0), ([0], 0xD202_EF8D), (Array(0..<7), 0xAD58_09F9),
      (Array(0..<17), 0x2C18_3A19),
    ] as [([UInt8], UInt32)])
  func zip(bytes: [UInt8], expected: UInt32) {
    #expect(CyclicCheck.zip.sum(of: bytes.span.bytes) == expected)
  }
}
