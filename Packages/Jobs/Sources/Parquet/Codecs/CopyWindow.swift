/// The output of a codec that repeats what it wrote before, within a fixed length.
struct CopyWindow {
  private(set) var bytes: [UInt8]
  private(set) var count = 0

  init(capacity: Int) { bytes = [UInt8](repeating: 0, count: capacity) }

  var isFull: Bool { count == bytes.count }

  /// Appends bytes of the input.
  ///
  /// - Returns: Whether there are so many left, and room for them.
  mutating func append(_ length: Int, from input: inout CodecInput) -> Bool {
    guard length <= input.remaining, length <= bytes.count - count else { return false }
    bytes.replaceSubrange(count..<count + length, with: input.bytes[input.position..<input.position + length])
    count += length
    input.position += length
    return true
  }

  /// Repeats `length` bytes from `distance` before the end; they may overlap what they become.
  ///
  /// - Returns: Whether there are such bytes, and room for them.
  mutating func repeatBytes(_ length: Int, from distance: Int) -> Bool {
    guard distance > 0, distance <= count, length >= 0, length <= bytes.count - count else { return false }
    for index in count..<count + length { bytes[index] = bytes[index - distance] }
    count += length
    return true
  }
}

/// What a codec reads, byte by byte.
struct CodecInput {
  let bytes: ArraySlice<UInt8>
  var position: Int

  init(_ bytes: ArraySlice<UInt8>) { (self.bytes, position) = (bytes, bytes.startIndex) }

  var remaining: Int { bytes.endIndex - position }

  mutating func next() -> UInt8? {
    guard position < bytes.endIndex else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  /// A little-endian number of 1 to 4 bytes.
  mutating func number(of width: Int) -> Int? {
    guard width <= remaining else { return nil }
    var number = 0
    for index in 0..<width { number |= Int(bytes[position + index]) << (8 * index) }
    position += width
    return number
  }
}
