/// A place in a file that moves forward as it reads, and never past its end.
struct ByteCursor {
  private let contents: CheckpointContents
  /// What is being read, for errors.
  private let what: String
  private let start: Int
  private(set) var offset: Int
  let end: Int

  init(_ contents: CheckpointContents, _ what: String, _ start: Int, _ end: Int) throws(StructureFault) {
    self.contents = contents
    self.what = what
    self.start = start
    self.end = end
    offset = start
    try require(start >= 0 && start <= end && end <= contents.byteCount, "a place inside the file")
  }

  /// Bytes that are left.
  var count: Int { end - offset }

  func require(_ condition: Bool, _ expectation: @autoclosure () -> String) throws(StructureFault) {
    guard condition else { throw StructureFault("\(what) at byte \(start): expected \(expectation())") }
  }

  mutating func skip(_ count: Int) throws(StructureFault) {
    try require(count >= 0 && count <= self.count, "\(count) more bytes")
    offset += count
  }

  /// A little-endian unsigned number.
  mutating func number(_ width: Int) throws(StructureFault) -> Int {
    let at = offset
    try skip(width)
    guard let value = contents.withBytes({ $0.number(at: at, width: width) }) else {
      throw StructureFault("\(what) at byte \(start): a number is larger than any file")
    }
    return value
  }

  /// An address in the file, or `nil` for the one that means none (all bits set).
  mutating func address() throws(StructureFault) -> Int? {
    let (at, bytes) = (offset, 8)
    try skip(bytes)
    if contents.withBytes({ $0.array(at..<at + bytes) }).allSatisfy({ $0 == 0xFF }) { return nil }
    offset = at
    return try number(bytes)
  }

  mutating func signature(_ text: String) throws(StructureFault) {
    let at = offset
    try skip(4)
    try require(contents.withBytes({ $0.array(at..<at + 4) }) == Array(text.utf8), "the signature '\(text)'")
  }

  /// The next bytes, as a cursor of their own.
  mutating func part(_ count: Int, _ what: String? = nil) throws(StructureFault) -> ByteCursor {
    let at = offset
    try skip(count)
    return try ByteCursor(contents, what ?? self.what, at, at + count)
  }

  mutating func bytes(_ count: Int) throws(StructureFault) -> [UInt8] {
    let at = offset
    try skip(count)
    return contents.withBytes { $0.array(at..<at + count) }
  }
}
