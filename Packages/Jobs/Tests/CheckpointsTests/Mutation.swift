@testable import Checkpoints

/// Damages HDF5 files so that a reader gets past their checksums: after each change these are computed anew.
struct Mutator {
  /// A range whose checksum stands somewhere.
  private struct Guarded {
    let range: Range<Int>
    let place: Int
  }

  private let original: [UInt8]
  private let guarded: [Guarded]
  /// Numbers that lead somewhere: addresses of structures, and the largest there are.
  private let interesting: [UInt64]

  private static let signatures = [
    "OHDR", "OCHK", "BTHD", "BTLF", "BTIN", "FRHP", "FHIB", "FAHD", "FADB", "EAHD", "EAIB", "EASB", "EADB",
  ]
  private static let bare = ["TREE", "SNOD", "HEAP", "GCOL", "FHDB"]

  init(_ original: [UInt8]) {
    self.original = original
    var guarded: [Guarded] = []
    var places: [UInt64] = []
    if original[8] >= 2 { guarded.append(Guarded(range: 0..<44, place: 44)) }
    for start in original.indices.dropLast(8) {
      let name = String(decoding: original[start..<start + 4], as: UTF8.self)
      guard (Self.signatures + Self.bare).contains(name) else { continue }
      places.append(UInt64(start))
      if name == "FHDB" {
        guarded += Self.directBlock(original, start)
      } else if Self.signatures.contains(name) {
        guarded += Self.block(original, start)
      }
    }
    self.guarded = guarded
    interesting =
      places + [0, 1, .max, .max - 7, UInt64(Int.max), UInt64(original.count), UInt64(original.count) - 1]
  }

  /// The shortest block from a signature on that ends with its checksum.
  private static func block(_ bytes: [UInt8], _ start: Int) -> [Guarded] {
    for end in start + 8..<min(bytes.count - 3, start + 6000)
    where stored(bytes, at: end) == bytes.span.bytes.extracting(start..<end).lookup3 {
      return [Guarded(range: start..<end, place: end)]
    }
    return []
  }

  /// A fractal heap's block, whose checksum stands behind its place in the heap.
  private static func directBlock(_ bytes: [UInt8], _ start: Int) -> [Guarded] {
    for size in (6...16).map({ 1 << $0 }) where start + size <= bytes.count {
      for place in start + 14...start + 21 {
        var block = bytes
        for byte in place..<place + 4 { block[byte] = 0 }
        if stored(bytes, at: place) == block.span.bytes.extracting(start..<start + size).lookup3 {
          return [Guarded(range: start..<start + size, place: place)]
        }
      }
    }
    return []
  }

  private static func stored(_ bytes: [UInt8], at place: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * $1) }
  }

  /// The same for the same seed.
  func mutant(_ seed: UInt64) -> [UInt8] {
    var random = SeededGenerator(state: seed)
    var bytes = original
    for _ in 0..<Int.random(in: 1...4, using: &random) { change(&bytes, &random) }
    if seed % 8 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count / 2, using: &random)) }
    repair(&bytes)
    return bytes
  }

  /// One byte changed, and all checksums right.
  func changing(_ place: Int, to byte: UInt8) -> [UInt8] {
    var bytes = original
    bytes[place] = byte
    repair(&bytes)
    return bytes
  }

  private func change(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    // Most changes fall into metadata: behind a structure's beginning.
    let near = interesting.dropLast(7).randomElement(using: &random) ?? 0
    let place =
      Bool.random(using: &random)
      ? Int.random(in: 8..<bytes.count, using: &random)
      : min(bytes.count - 1, Int(near) + Int.random(in: 4..<200, using: &random))
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[place] = 0
    case 1: bytes[place] = 0xFF
    case 2: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 3: bytes[place] = UInt8.random(in: 0...255, using: &random)
    default:
      let number = interesting.randomElement(using: &random) ?? 0
      for index in 0..<8 where place + index < bytes.count {
        bytes[place + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
      }
    }
  }

  private func repair(_ bytes: inout [UInt8]) {
    for block in guarded where block.range.upperBound <= bytes.count && block.place + 4 <= bytes.count {
      if block.range.contains(block.place) { for byte in 0..<4 { bytes[block.place + byte] = 0 } }
      let checksum = bytes.span.bytes.extracting(block.range).lookup3
      for byte in 0..<4 { bytes[block.place + byte] = UInt8(truncatingIfNeeded: checksum >> (8 * byte)) }
    }
  }
}
