/// How far a codec has read its input and written its output, which is as long as it will be.
struct CodecPositions {
  var read = 0
  var written = 0
}

extension RawSpan {
  /// The next byte of a codec's input.
  func next(_ at: inout CodecPositions) -> UInt8? {
    guard at.read < byteCount else { return nil }
    defer { at.read += 1 }
    return unsafeLoad(fromByteOffset: at.read, as: UInt8.self)
  }

  /// The next little-endian number of 1 to 4 bytes.
  @inline(__always)
  func number(of width: Int, _ at: inout CodecPositions) -> Int? {
    guard width <= byteCount - at.read else { return nil }
    defer { at.read += width }
    if byteCount - at.read >= 4 {
      let ahead = unsafeLoadUnaligned(fromByteOffset: at.read, as: UInt32.self)
      return Int(UInt32(littleEndian: ahead)) & (1 << (8 * width) &- 1)
    }
    var number = 0
    for index in 0..<width {
      number |= Int(unsafeLoad(fromByteOffset: at.read + index, as: UInt8.self)) << (8 * index)
    }
    return number
  }
}

extension MutableRawSpan {
  /// How many bytes most pieces have at most, which are copied without a loop.
  private static var shortLength: Int { 16 }

  /// Appends bytes of the input, eight at once.
  ///
  /// - Returns: Whether there are so many left, and room for them.
  @inline(__always)
  mutating func append(_ length: Int, from input: RawSpan, _ at: inout CodecPositions) -> Bool {
    guard length <= input.byteCount - at.read, length <= byteCount - at.written else { return false }
    if length <= Self.shortLength, input.byteCount - at.read >= Self.shortLength,
      byteCount - at.written >= Self.shortLength
    {
      // What is written beyond the end is written again, by what comes next.
      let words = input.unsafeLoadUnaligned(fromByteOffset: at.read, as: SIMD2<UInt64>.self)
      storeBytes(of: words, toByteOffset: at.written, as: SIMD2<UInt64>.self)
      at.read += length
      at.written += length
      return true
    }
    var done = 0
    while length - done >= 8 {
      let word = input.unsafeLoadUnaligned(fromByteOffset: at.read + done, as: UInt64.self)
      storeBytes(of: word, toByteOffset: at.written + done, as: UInt64.self)
      done += 8
    }
    while done < length {
      let byte = input.unsafeLoad(fromByteOffset: at.read + done, as: UInt8.self)
      storeBytes(of: byte, toByteOffset: at.written + done, as: UInt8.self)
      done += 1
    }
    at.read += length
    at.written += length
    return true
  }

  /// Repeats `length` bytes from `distance` before the end; they may overlap what they become.
  ///
  /// - Returns: Whether there are such bytes, and room for them.
  @inline(__always)
  mutating func repeatBytes(_ length: Int, from distance: Int, _ at: inout CodecPositions) -> Bool {
    guard distance > 0, distance <= at.written, length >= 0, length <= byteCount - at.written else {
      return false
    }
    let (start, end) = (at.written, at.written + length)
    at.written = end
    var place = start
    if distance >= 8 {
      // Eight at once, which are all there. What is written beyond the end is written again, by what comes next.
      if length <= Self.shortLength, start + Self.shortLength <= byteCount {
        copyWord(from: start - distance, to: start)
        copyWord(from: start + 8 - distance, to: start + 8)
        return true
      }
      while place < end, place + 8 <= byteCount {
        copyWord(from: place - distance, to: place)
        place += 8
      }
    }
    while place < end {
      let byte = unsafeLoad(fromByteOffset: place - distance, as: UInt8.self)
      storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
      place += 1
    }
    return true
  }

  private mutating func copyWord(from source: Int, to target: Int) {
    let word = unsafeLoadUnaligned(fromByteOffset: source, as: UInt64.self)
    storeBytes(of: word, toByteOffset: target, as: UInt64.self)
  }
}
