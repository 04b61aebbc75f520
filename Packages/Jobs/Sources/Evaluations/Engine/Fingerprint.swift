/// A number that is the same for the same requests in every process, and another for others, as far as 64 bits can tell.
///
/// - Source: Fowler, Noll and Vo, *The FNV Non-Cryptographic Hash Algorithm*, FNV-1a of 64 bits.
struct Fingerprint {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ request: Request) {
    for byte in request.bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }
}
