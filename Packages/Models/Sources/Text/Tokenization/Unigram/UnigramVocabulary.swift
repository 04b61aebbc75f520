/// Tokens with log-probabilities, of which a text takes the most probable sequence.
///
/// - Source: Kudo 2018, *Subword Regularization*, §3.1, and the penalties of Hugging Face's library.
struct UnigramVocabulary: Sendable {
  /// How much less probable a character without a token is than the least probable token.
  static let unknownPenalty = 10.0

  let pieces: [String]
  let scores: [Double]
  let unknownID: Int32
  let unknownScore: Double
  /// The tokens of the 256 bytes, -1 for those that there are not; empty without byte fallback.
  let byteIDs: [Int32]
  let trie: ByteTrie
  private let strings: ByteStringTable
  private let ids: [Int32]

  /// - Parameter pieces: Tokens and scores, the id of each its place; not empty.
  /// - Precondition: `unknownID` is one of them.
  init(_ pieces: [(piece: String, score: Double)], unknownID: Int, fallsBackToBytes: Bool) {
    precondition(pieces.indices.contains(unknownID))
    self.pieces = pieces.map(\.piece)
    scores = pieces.map(\.score)
    self.unknownID = Int32(unknownID)
    unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
    trie = ByteTrie(pieces.enumerated().map { (Array($1.piece.utf8), Int32($0)) })
    var strings = ByteStringTable(capacity: pieces.count)
    var ids: [Int32] = []
    for (id, piece) in pieces.enumerated().reversed() where strings.number(of: Array(piece.piece.utf8)) == nil
    {
      strings.add(Array(piece.piece.utf8))
      ids.append(Int32(id))
    }
    (self.strings, self.ids) = (strings, ids)
    let table = (strings, ids)
    byteIDs =
      fallsBackToBytes
      ? (UInt8.min...UInt8.max).map { byte in
        table.0.number(of: Array(ByteToken.name(byte).utf8)).map { table.1[$0] } ?? -1
      } : []
  }

  /// The id of the token `bytes[range]`.
  func id(of bytes: [UInt8], in range: Range<Int>) -> Int32? {
    strings.number(of: bytes, in: range, hash: ByteStringTable.hash(bytes, range)).map { ids[$0] }
  }
}

/// Finds the most probable tokens of a piece. One thread uses it at a time.
struct UnigramSearch: Sendable {
  /// The best way to come to a place.
  private struct Node: Sendable {
    var score = 0.0
    var start = -1
    var id: Int32 = -1
  }

  private var nodes: [Node] = []

  /// Appends the ids of `bytes[range]` to `output`. Neighbours without a token count as one.
  mutating func encode(
    _ bytes: [UInt8], in range: Range<Int>, by vocabulary: UnigramVocabulary, into output: inout [Int32]
  ) {
    search(bytes, range, vocabulary)
    var ids: [Int32] = []  // from the end
    var end = range.count
    while end > 0 {
      let node = nodes[end]
      var start = node.start
      guard node.id == vocabulary.unknownID else {
        ids.append(node.id)
        end = start
        continue
      }
      while start > 0, nodes[start].id == vocabulary.unknownID { start = nodes[start].start }
      unknown(bytes, range.lowerBound + start..<range.lowerBound + end, vocabulary, &ids)
      end = start
    }
    output += ids.reversed()
  }

  private mutating func search(_ bytes: [UInt8], _ range: Range<Int>, _ vocabulary: UnigramVocabulary) {
    nodes.removeAll(keepingCapacity: true)
    nodes.append(contentsOf: repeatElement(Node(), count: range.count + 1))
    let text = PreTokenScanner(bytes, end: range.upperBound)
    var position = range.lowerBound
    while position < range.upperBound {
      let place = position - range.lowerBound
      let score = nodes[place].score
      let next = text.character(at: position).next
      var hasCharacter = false
      vocabulary.trie.matches(in: bytes, from: position, to: range.upperBound) { end, id in
        reach(end - range.lowerBound, from: place, by: id, vocabulary.scores[Int(id)] + score)
        if end == next { hasCharacter = true }
      }
      if !hasCharacter {
        reach(next - range.lowerBound, from: place, by: vocabulary.unknownID, vocabulary.unknownScore + score)
      }
      position = next
    }
  }

  private mutating func reach(_ end: Int, from start: Int, by id: Int32, _ score: Double) {
    guard nodes[end].start < 0 || score > nodes[end].score else { return }
    nodes[end] = Node(score: score, start: start, id: id)
  }

  /// What stands for characters without a token, from the end.
  private func unknown(
    _ bytes: [UInt8], _ range: Range<Int>, _ vocabulary: UnigramVocabulary, _ ids: inout [Int32]
  ) {
    if let id = vocabulary.id(of: bytes, in: range) {
      ids.append(id)
    } else if !vocabulary.byteIDs.isEmpty, bytes[range].allSatisfy({ vocabulary.byteIDs[Int($0)] >= 0 }) {
      ids += bytes[range].reversed().map { vocabulary.byteIDs[Int($0)] }
    } else {
      ids.append(vocabulary.unknownID)
    }
  }
}
