import Basics

/// The cyclic redundancy check of records.
enum CRC32C {
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    CyclicCheck.castagnoli.sum(of: Array(bytes).span.bytes)
  }

  /// Rotated right by 15 bits, and a constant added: TensorFlow's, so that a check of bytes that hold checks stays apart.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let sum = checksum(bytes)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }
}
