import Digests
import Testing

@Suite("Digests")
struct DigestTests {
  /// The examples of FIPS 180-4 as NIST publishes them.
  @Test("SHA-256 and SHA-1 give NIST's examples")
  func examples() {
    #expect(Digest.sha256(of: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Digest.sha256(of: "") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    let digest = Digest(.sha1)
    digest.update(Array("abc".utf8))
    #expect(digest.hexadecimal() == "a9993e364706816aba3e25717850c26c9cd0d89d")
  }

  @Test("A digest does not depend on the pieces in which bytes arrive")
  func pieces() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let digest = Digest()
    digest.update(Array(bytes[..<63]))
    digest.update([UInt8]())
    digest.update(Array(bytes[63...]))
    #expect(digest.finalize() == Digest.sha256(bytes))
  }
}
