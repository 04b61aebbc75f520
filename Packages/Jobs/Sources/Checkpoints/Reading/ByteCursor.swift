internal import Basics

/// A place in a file that moves forward as it reads, and never past its end.
struct ByteCursor {
  private let contents: CheckpointContents
  /// What is being read, for errors.
  private let what: String
  let start: Int
  private(set) var offset: Int
  let end: Int

  /// - Throws: ``HDF5Fault`` unless the range lies inside the file.
  init(_ contents: CheckpointContents, _ what: String, at start: Int, count: Int) throws(HDF5Fault) {
    guard start >= 0, count >= 0, start <= contents.byteCount, count <= contents.byteCount - start else {
      throw HDF5Fault(
        .value(expected: "\(count) bytes of the file's \(contents.byteCount)"), in: .init(what, at: start))
    }
    self.contents = contents
    self.what = what
    self.start = start
    offset = start
    end = start + count
  }

  /// Bytes that are left.
  var count: Int { end - offset }
  /// Bytes that are left, as a range of the file.
  var range: Range<Int> { offset..<end }

  /// - Parameters:
  ///   - expected: What the specification has here.
  ///   - found: What is here instead; `nil` where there is no more to it.
  func require(
    _ condition: Bool, _ expected: @autoclosure () -> String, found: @autoclosure () -> String? = nil
  ) throws(HDF5Fault) {
    guard condition else { throw fault(.value(expected: expected(), found: found())) }
  }

  /// What is wrong with what is being read.
  func fault(_ violation: Violation) -> HDF5Fault { HDF5Fault(violation, in: .init(what, at: start)) }

  mutating func skip(_ count: Int) throws(HDF5Fault) {
    try require(count >= 0 && count <= self.count, "\(count) more bytes")
    offset += count
  }

  /// A little-endian unsigned number of at most 8 bytes.
  mutating func number(_ width: Int) throws(HDF5Fault) -> Int {
    let at = offset
    try skip(width)
    guard let value = contents.withBytes({ $0.number(at: at, width: width) }) else {
      throw fault(.value("a number", expected: "at most \(Int.max)"))
    }
    return value
  }

  /// An address in the file, or `nil` for the one that means none (all bits set).
  mutating func address() throws(HDF5Fault) -> Int? {
    var ahead = self
    guard try ahead.bytes(8).contains(where: { $0 != 0xFF }) else {
      self = ahead
      return nil
    }
    return try number(8)
  }

  mutating func signature(_ text: StaticString) throws(HDF5Fault) {
    try require(try bytes(4) == Array("\(text)".utf8), "the signature '\(text)'")
  }

  mutating func version(_ expected: Int) throws(HDF5Fault) {
    let found = try number(1)
    try require(found == expected, "version \(expected)", found: "\(found)")
  }

  /// The next bytes, as a cursor of their own.
  mutating func part(_ count: Int, _ what: String? = nil) throws(HDF5Fault) -> ByteCursor {
    let at = offset
    try skip(count)
    return try ByteCursor(contents, what ?? self.what, at: at, count: count)
  }

  mutating func bytes(_ count: Int) throws(HDF5Fault) -> [UInt8] {
    let at = offset
    try skip(count)
    return contents.withBytes { $0.array(at..<at + count) }
  }

  /// The bytes up to a zero, which is passed over.
  ///
  /// - Throws: ``HDF5Fault`` where there is no zero up to the end.
  mutating func bytesToZero() throws(HDF5Fault) -> [UInt8] {
    let range = range
    let zero = contents.withBytes { bytes in range.first { bytes.byte(at: $0) == 0 } }
    guard let zero else { throw fault(.truncated("a name")) }
    let bytes = try bytes(zero - offset)
    offset += 1
    return bytes
  }
}

extension RawSpan {
  /// The byte at `offset`, or `nil` where the bytes do not reach.
  func byte(at offset: Int) -> Int? { number(at: offset, width: 1) }

  /// The little-endian unsigned number of `width` bytes, at most 8, at `offset`; `nil` where the bytes do not reach,
  /// and when it is larger than `Int` holds.
  func number(at offset: Int, width: Int) -> Int? {
    guard offset >= 0, width <= min(8, byteCount), offset <= byteCount - width else { return nil }
    var value: UInt64 = 0
    for index in (0..<width).reversed() {
      value = value << 8 | UInt64(unsafeLoad(fromByteOffset: offset + index, as: UInt8.self))
    }
    return Int(exactly: value)
  }

  /// The bytes of a range that lies inside.
  func array(_ range: Range<Int>) -> [UInt8] {
    extracting(range).withUnsafeBytes { Array($0) }
  }
}
