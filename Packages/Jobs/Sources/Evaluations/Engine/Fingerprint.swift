/// A hash of requests: the same in every process, and different for different requests up to collisions of 64 bits.
///
/// - Source: Fowler, Noll and Vo, *The FNV Non-Cryptographic Hash Algorithm*, FNV-1a of 64 bits.
struct Fingerprint {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ request: Request) {
    for byte in request.bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }
}
