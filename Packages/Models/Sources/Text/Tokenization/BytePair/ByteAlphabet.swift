/// The 256 visible characters by which byte-level vocabularies write the bytes.
///
/// Printable bytes of Latin-1 stand for themselves, the others follow from U+0100 on: a space is `Ġ`.
///
/// - Source: `bytes_to_unicode` of the code to Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*.
enum ByteAlphabet {
  private static let scalars: [Unicode.Scalar] = {
    let visible: [ClosedRange<UInt8>] = [0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF]
    var next: UInt32 = 0x100
    return (UInt8.min...UInt8.max).map { byte in
      if visible.contains(where: { $0.contains(byte) }) { return Unicode.Scalar(byte) }
      defer { next += 1 }
      return Unicode.Scalar(next)!
    }
  }()

  private static let bytes: [UInt16] = {
    var bytes = [UInt16](repeating: .max, count: 0x200)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar.value)] = UInt16(byte) }
    return bytes
  }()

  /// Whether `token` is written in the alphabet.
  static func spells(_ token: String) -> Bool {
    token.unicodeScalars.allSatisfy { $0.value < 0x200 && bytes[Int($0.value)] != .max }
  }

  /// The bytes that `token` writes; its UTF-8 if it has other characters, as special tokens may.
  static func bytes(of token: String) -> [UInt8] {
    var result: [UInt8] = []
    for scalar in token.unicodeScalars {
      guard scalar.value < 0x200, bytes[Int(scalar.value)] != .max else { return Array(token.utf8) }
      result.append(UInt8(bytes[Int(scalar.value)]))
    }
    return result
  }
}
