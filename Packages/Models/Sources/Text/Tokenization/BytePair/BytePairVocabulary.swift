/// The tokens of a tokenizer that merges neighbours: the bytes of each id, and which neighbours merge.
struct BytePairVocabulary: Sendable {
  /// What merging begins with.
  enum Letter: Sendable { case byte, character }

  let letter: Letter
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
  /// The tokens of the 256 bytes, -1 for those that there are not, by which a character without a token is written;
  /// empty where none is.
  private(set) var fallbackIDs: [Int32] = []
  /// What stands for a letter without a token otherwise; a text loses it if there is nothing.
  var unknownID: Int32?
  /// Whether neighbours without a token count as one.
  var fusesUnknown = false
  /// Characters that are no tokens but begin or end some, from ``endID`` on.
  private var hiddenLetters: [[UInt8]] = []
  /// Whether ``seam(in:after:to:)`` may cut.
  private(set) var hasSeams = false

  /// - Parameter capacity: How many tokens to expect.
  init(capacity: Int, letter: Letter = .byte) {
    self.letter = letter
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

  /// The bytes of a token, or `nil` if no token has the id.
  func bytes(of id: Int32) -> ArraySlice<UInt8>? {
    guard id >= 0, id < entries.count, entries[Int(id)] >= 0 else { return nil }
    return strings[Int(entries[Int(id)])]
  }

  /// Lets the tokens `<0x00>` to `<0xFF>`, as far as there are such, stand for the bytes of characters without a token.
  mutating func fallBackToBytes() {
    fallbackIDs = (UInt8.min...UInt8.max).map { self[Array(ByteToken.name($0).utf8)] ?? -1 }
  }
}

extension BytePairVocabulary {
  /// Appends what merging the piece `bytes[range]` begins with.
  func appendLetters(of bytes: [UInt8], in range: Range<Int>, to output: inout [Int32]) {
    // As in Hugging Face's library, where fallen back bytes overtake an unknown letter that waits for its neighbours.
    var isWaiting = false
    func meet(_ id: Int32, _ letters: Range<Int>) {
      if id >= 0 {
        if isWaiting, let unknownID { output.append(unknownID) }
        isWaiting = false
        output.append(id)
      } else if !fallbackIDs.isEmpty, bytes[letters].allSatisfy({ fallbackIDs[Int($0)] >= 0 }) {
        for byte in bytes[letters] { output.append(fallbackIDs[Int(byte)]) }
      } else if let unknownID {
        if isWaiting, !fusesUnknown { output.append(unknownID) }
        isWaiting = true
      }
    }
    switch letter {
    case .byte:
      for place in range { meet(byteIDs[Int(bytes[place])], place..<place + 1) }
    case .character:
      var place = range.lowerBound
      while place < range.upperBound {
        let length = max(1, (~bytes[place]).leadingZeroBitCount)
        let letters = place..<min(place + length, range.upperBound)
        meet(length == 1 ? byteIDs[Int(bytes[place])] : id(of: bytes, in: letters) ?? -1, letters)
        place = letters.upperBound
      }
    }
    if isWaiting, let unknownID { output.append(unknownID) }
  }

  /// Appends merged ids; what is no token is written in bytes.
  func append(_ merged: [Int32], to output: inout [Int32]) {
    guard !hiddenLetters.isEmpty else {
      output += merged
      return
    }
    for id in merged {
      if id < endID {
        output.append(id)
      } else {
        for byte in hiddenLetters[Int(id) - endID] { output.append(fallbackIDs[Int(byte)]) }
      }
    }
  }
}

extension BytePairVocabulary {
  /// Lets any two tokens merge whose bytes together are a token, the lower id first: the rule of tiktoken, which names
  /// no merges.
  mutating func mergeByID() {
    merge { UInt32($0) }
  }

  /// Lets any two tokens, or characters, merge that are a token together, the higher score first: SentencePiece's rule.
  ///
  /// - Parameters:
  ///   - scores: One for each id.
  ///   - isMade: Whether merging may make a token.
  /// - Precondition: The letters are characters, and all bytes have a token to fall back to.
  mutating func merge(byScore scores: [Double], where isMade: (Int32) -> Bool) {
    precondition(letter == .character && !fallbackIDs.contains(-1))
    addHiddenLetters()
    let sorted = Set(scores).sorted(by: >)
    let ranks = Dictionary(uniqueKeysWithValues: zip(sorted, UInt32.min...))
    merge { isMade(Int32($0)) ? ranks[scores[$0]] : nil }
  }

  private mutating func merge(rankedBy rank: (Int) -> UInt32?) {
    for entry in 0..<strings.count where strings[entry].count > 1 && ids[entry] < endID {
      guard let rank = rank(Int(ids[entry])) else { continue }
      let bytes = Array(strings[entry])
      for cut in 1..<bytes.count {
        guard let left = id(of: bytes, in: 0..<cut), let right = id(of: bytes, in: cut..<bytes.count) else {
          continue
        }
        merges.add(left, right, .init(rank: rank, id: ids[entry]))
      }
    }
  }

  /// Gives characters at the ends of tokens ids beyond all tokens, if they have none.
  private mutating func addHiddenLetters() {
    for entry in 0..<strings.count {
      guard let text = String(validating: strings[entry], as: UTF8.self), text.unicodeScalars.count > 1 else {
        continue
      }
      for scalar in [text.unicodeScalars.first, text.unicodeScalars.last] {
        let bytes = scalar.map { Array(String($0).utf8) } ?? []
        guard !bytes.isEmpty, self[bytes] == nil else { continue }
        strings.add(bytes)
        ids.append(Int32(endID + hiddenLetters.count))
        if bytes.count == 1 { byteIDs[Int(bytes[0])] = ids[ids.count - 1] }
        hiddenLetters.append(bytes)
      }
    }
  }
}

extension BytePairVocabulary {
  /// `▁`, which stands for a space.
  static let mark = Array("\u{2581}".utf8)

  /// Finds out whether no merge crosses the place before a mark that follows another character. Then what stands on the
  /// two sides of such a place has the same tokens apart as together, and a text needs not be merged in one piece.
  mutating func findSeams() {
    guard letter == .character, !prefersWholePieces, let mark = self[Self.mark], mark < endID else { return }
    hasSeams = merges.pairs.allSatisfy { left, right in
      !string(right).starts(with: Self.mark) || string(left).suffix(Self.mark.count).elementsEqual(Self.mark)
    }
  }

  private func string(_ id: Int32) -> ArraySlice<UInt8> {
    Int(id) < endID ? bytes(of: id) ?? [] : hiddenLetters[Int(id) - endID][...]
  }

  /// The first place behind `start` at which a mark follows another character.
  func seam(in bytes: [UInt8], after start: Int, to end: Int) -> Int? {
    var place = start + 1
    while place + 2 < end {
      if bytes[place] == 0xE2, bytes[place + 1] == 0x96, bytes[place + 2] == 0x81,
        place < start + 3
          || !(bytes[place - 3] == 0xE2 && bytes[place - 2] == 0x96 && bytes[place - 1] == 0x81)
      {
        return place
      }
      place += 1
    }
    return nil
  }
}
