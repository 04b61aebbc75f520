/// Turns pieces into ids and remembers the pieces that it has seen. One thread uses it at a time.
struct PreTokenEncoder: Sendable {
  /// Forgets everything when it has remembered so many bytes: a text of nothing but new words must not fill the memory.
  private static let largest = 1 << 22
  /// Longer pieces are seldom seen twice.
  private static let longest = 256

  private var seen = ByteStringTable(capacity: 1 << 12)
  /// The ids of all pieces in `seen`, and where those of each begin.
  private var ids: [Int32] = []
  private var starts: [Int32] = [0]
  private var merger = BytePairMerger()
  private var search = UnigramSearch()

  /// Appends the ids of the piece `bytes[range]` to `output`.
  mutating func encode(
    _ bytes: [UInt8], in range: Range<Int>, by model: SubwordModel, into output: inout [Int32]
  ) {
    guard case .bytePairs(let vocabulary) = model, vocabulary.hasSeams else {
      return remember(bytes, range, model, &output)
    }
    var start = range.lowerBound
    while let seam = vocabulary.seam(in: bytes, after: start, to: range.upperBound) {
      remember(bytes, start..<seam, model, &output)
      start = seam
    }
    remember(bytes, start..<range.upperBound, model, &output)
  }

  private mutating func remember(
    _ bytes: [UInt8], _ range: Range<Int>, _ model: SubwordModel, _ output: inout [Int32]
  ) {
    guard range.count <= Self.longest else { return compute(bytes, range, model, &output) }
    let hash = ByteStringTable.hash(bytes, range)
    if let number = seen.number(of: bytes, in: range, hash: hash) {
      output += ids[Int(starts[number])..<Int(starts[number + 1])]
      return
    }
    if seen.byteCount + range.count > Self.largest { self = PreTokenEncoder() }
    let first = output.count
    compute(bytes, range, model, &output)
    ids += output[first...]
    seen.add(bytes, in: range, hash: hash)
    starts.append(Int32(ids.count))
  }

  private mutating func compute(
    _ bytes: [UInt8], _ range: Range<Int>, _ model: SubwordModel, _ output: inout [Int32]
  ) {
    switch model {
    case .unigram(let vocabulary):
      search.encode(bytes, in: range, by: vocabulary, into: &output)
    case .bytePairs(let vocabulary):
      if vocabulary.prefersWholePieces, let id = vocabulary.id(of: bytes, in: range) {
        output.append(id)
      } else {
        merger.merge(bytes, in: range, by: vocabulary, into: &output)
      }
    }
  }
}
