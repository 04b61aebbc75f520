import Compression
import Testing

/// A stream made piece by piece, with the bytes that it means.
private struct MadeStream {
  var stream: [UInt8] = []
  var bytes: [UInt8] = []
  var random: Generator

  /// Numbers that repeat.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33 | state << 31
    }
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  mutating func literal(_ length: Int) {
    let piece = (0..<length).map { _ in UInt8.random(in: 97...122, using: &random) }
    stream += piece
    bytes += piece
  }

  mutating func copy(_ length: Int, from distance: Int) {
    for _ in 0..<length { bytes.append(bytes[bytes.count - distance]) }
  }

  mutating func littleEndian(_ number: Int, width: Int) {
    for index in 0..<width { stream.append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
  }

  /// Snappy's pieces, all forms of each.
  static func snappy(seed: UInt64, pieces: Int) -> MadeStream {
    var made = MadeStream(random: Generator(state: seed))
    for _ in 0..<pieces {
      let distance = made.bytes.isEmpty ? 0 : made.number(1...min(made.bytes.count, made.number(1...3000)))
      switch made.bytes.isEmpty ? 0 : made.number(0...4) {
      case 0, 1:
        let length = made.number(1...90)
        if length <= 60 {
          made.stream.append(UInt8(length - 1) << 2)
        } else {
          made.stream += [60 << 2, UInt8(length - 1)]
        }
        made.literal(length)
      case 2 where distance < 2048:
        let length = made.number(4...11)
        made.stream += [UInt8(distance >> 8) << 5 | UInt8(length - 4) << 2 | 1, UInt8(distance & 255)]
        made.copy(length, from: distance)
      case let form:
        let length = made.number(1...64)
        made.stream.append(UInt8(length - 1) << 2 | (form == 4 ? 3 : 2))
        made.littleEndian(distance, width: form == 4 ? 4 : 2)
        made.copy(length, from: distance)
      }
    }
    let count = made.bytes.count
    made.stream = [UInt8(count & 127 | 128), UInt8(count >> 7 & 127 | 128), UInt8(count >> 14)] + made.stream
    return made
  }

  /// LZ4's sequences; the last one has no copy.
  static func lz4(seed: UInt64, pieces: Int) -> MadeStream {
    var made = MadeStream(random: Generator(state: seed))
    for piece in 1...pieces {
      let isLast = piece == pieces
      let (literal, copy) = (made.number(piece == 1 || isLast ? 1...14 : 0...14), made.number(4...18))
      made.stream.append(UInt8(literal) << 4 | (isLast ? 0 : UInt8(copy - 4)))
      made.literal(literal)
      if isLast { break }
      let distance = made.number(1...min(made.bytes.count, 3000))
      made.littleEndian(distance, width: 2)
      made.copy(copy, from: distance)
    }
    return made
  }
}

@Suite("Codecs of Parquet")
struct CodecTests {
  @Test("Snappy: every kind of piece is what it means, up to the end of the bytes", arguments: 0..<200)
  func snappy(seed: UInt64) {
    let made = MadeStream.snappy(seed: seed, pieces: 1 + Int(seed) % 40)
    check(made) { Snappy.decompress($0, to: $1) }
  }

  @Test("LZ4: every kind of piece is what it means, up to the end of the bytes", arguments: 0..<200)
  func lz4(seed: UInt64) {
    let made = MadeStream.lz4(seed: seed, pieces: 1 + Int(seed) % 40)
    check(made) { LZ4.decompress($0, to: $1) }
  }

  @Test("Copies from before the beginning, and of no distance, are refused")
  func distances() {
    for distance: UInt8 in [0, 5, 200] {
      #expect(Snappy.decompress([8, 3 << 2, 97, 98, 99, 100, 1, distance][...], to: 8) == nil)
      #expect(Snappy.decompress([8, 3 << 2, 97, 98, 99, 100, 3 << 2 | 2, distance, 0][...], to: 8) == nil)
      #expect(LZ4.decompress([4 << 4, 97, 98, 99, 100, distance, 0, 0][...], to: 8) == nil)
    }
    #expect(Snappy.decompress([8, 3 << 2, 97, 98, 99, 100, 1, 4][...], to: 8) == Array("abcdabcd".utf8))
  }

  private func check(_ made: MadeStream, _ decompress: (ArraySlice<UInt8>, Int) -> [UInt8]?) {
    #expect(decompress(made.stream[...], made.bytes.count) == made.bytes)
    #expect(decompress(([1, 2] + made.stream + [3]).dropFirst(2).dropLast(), made.bytes.count) == made.bytes)
    #expect(decompress(made.stream[...], made.bytes.count + 1) == nil)
    #expect(decompress(made.stream[...], made.bytes.count - 1) == nil)
    for cut in 1...min(made.stream.count, 70) {
      #expect(decompress(made.stream.dropLast(cut), made.bytes.count) == nil)
    }
  }
}
