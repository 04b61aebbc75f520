/// Turns pieces into ids and remembers the pieces that it has seen. One thread uses it at a time.
struct BytePairEncoder: Sendable {
  /// Forgets everything when it has remembered so many bytes: a text of nothing but new words must not fill the memory.
  private static let largest = 1 << 22

  private var seen = ByteStringTable(capacity: 1 << 12)
  /// The ids of all pieces in `seen`, and where those of each begin.
  private var ids: [Int32] = []
  private var starts: [Int32] = [0]
  private var merger = BytePairMerger()

  /// Appends the ids of the piece `bytes[range]` to `output`.
  mutating func encode(
    _ bytes: [UInt8], in range: Range<Int>, by vocabulary: BytePairVocabulary,
    into output: inout [Int32]
  ) {
    let hash = ByteStringTable.hash(bytes, range)
    if let number = seen.number(of: bytes, in: range, hash: hash) {
      output += ids[Int(starts[number])..<Int(starts[number + 1])]
      return
    }
    if seen.byteCount + range.count > Self.largest { self = BytePairEncoder() }
    if vocabulary.prefersWholePieces, let id = vocabulary.id(of: bytes, in: range) {
      ids.append(id)
    } else {
      merger.merge(bytes[range], by: vocabulary, into: &ids)
    }
    output += ids[Int(starts[seen.count])...]
    seen.add(bytes, in: range, hash: hash)
    starts.append(Int32(ids.count))
  }
}
