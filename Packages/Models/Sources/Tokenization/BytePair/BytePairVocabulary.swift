/// The tokens of a byte-level tokenizer: bytes of each id, and which neighbours merge.
struct BytePairVocabulary: Sendable {
  /// The bytes of each token; an entry's number is not its id.
  private var strings: ByteStringTable
  /// The id of each entry of `strings`.
  private var ids: [Int32] = []
  /// The entry of each id, or -1 where no token has the id.
  private var entries: [Int32] = []
  /// The ids of the single bytes; -1 for a byte that no token has.
  private(set) var byteIDs: [Int32] = Array(repeating: -1, count: 256)
  var merges: MergeTable
  /// Whether a piece that is a token becomes it at once, merges or not.
  var prefersWholePieces = false

  /// - Parameter capacity: How many tokens to expect.
  init(capacity: Int) {
    strings = ByteStringTable(capacity: capacity)
    merges = MergeTable(capacity: capacity)
  }

  /// The highest id plus one.
  var endID: Int { entries.count }

  /// Adds a token.
  ///
  /// - Returns: False if there is one of these bytes or this id already, or if the id is out of any bounds.
  mutating func add(_ bytes: [UInt8], id: Int) -> Bool {
    guard (0..<1 << 24).contains(id), self[bytes] == nil, id >= entries.count || entries[id] < 0 else {
      return false
    }
    while entries.count <= id { entries.append(-1) }
    entries[id] = Int32(strings.count)
    strings.add(bytes)
    ids.append(Int32(id))
    if bytes.count == 1 { byteIDs[Int(bytes[0])] = Int32(id) }
    return true
  }

  /// The id of a token, or `nil` if there is none of these bytes.
  subscript(bytes: [UInt8]) -> Int32? { id(of: bytes, in: bytes.indices) }

  /// The id of the token `bytes[range]`.
  func id(of bytes: [UInt8], in range: Range<Int>) -> Int32? {
    strings.number(of: bytes, in: range, hash: ByteStringTable.hash(bytes, range)).map { ids[$0] }
  }

  /// The bytes that no token has. A text loses them, as it does in Hugging Face's library: rare ones of rare scripts.
  var missingBytes: [UInt8] { (UInt8.min...UInt8.max).filter { byteIDs[Int($0)] < 0 } }

  /// Lets `id` stand for each byte that no token has.
  mutating func fillMissingBytes(with id: Int32) {
    for byte in missingBytes { byteIDs[Int(byte)] = id }
  }

  /// The bytes of a token, or `nil` if no token has the id.
  func bytes(of id: Int32) -> ArraySlice<UInt8>? {
    guard id >= 0, id < entries.count, entries[Int(id)] >= 0 else { return nil }
    return strings[Int(entries[Int(id)])]
  }

  /// Lets any two tokens merge whose bytes together are a token, the lower id first: the rule of tiktoken, which names
  /// no merges.
  mutating func mergeByID() {
    for entry in 0..<strings.count where strings[entry].count > 1 {
      let bytes = Array(strings[entry])
      for cut in 1..<bytes.count {
        guard let left = id(of: bytes, in: 0..<cut), let right = id(of: bytes, in: cut..<bytes.count) else {
          continue
        }
        merges.add(left, right, .init(rank: UInt32(ids[entry]), id: ids[entry]))
      }
    }
  }
}
