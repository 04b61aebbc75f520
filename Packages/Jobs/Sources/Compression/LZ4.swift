/// LZ4's blocks, by themselves and as frames.
///
/// - Source: Collet, *LZ4 Block Format Description* and *LZ4 Frame Format Description* 1.6.
public enum LZ4 {
  /// - Returns: `nil` unless the block holds exactly so many bytes.
  public static func decompress(_ block: ArraySlice<UInt8>, to count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var written = 0
    return append(block, to: &bytes, &written) && written == count ? bytes : nil
  }

  /// Blocks as Hadoop frames them: each behind two big-endian numbers, its length before and after compression.
  ///
  /// - Returns: `nil` unless the blocks hold exactly so many bytes.
  public static func decompressHadoop(_ frames: ArraySlice<UInt8>, to count: Int) -> [UInt8]? {
    var (rest, bytes, written) = (frames, [UInt8](repeating: 0, count: count), 0)
    while rest.count >= 8 {
      let sizes = [rest.prefix(4), rest.dropFirst(4).prefix(4)].map { $0.reduce(0) { $0 << 8 | Int($1) } }
      rest = rest.dropFirst(8)
      let before = written
      guard sizes[1] <= rest.count, append(rest.prefix(sizes[1]), to: &bytes, &written),
        written - before == sizes[0]
      else { return nil }
      rest = rest.dropFirst(sizes[1])
    }
    return rest.isEmpty && written == count ? bytes : nil
  }

  /// A frame, whose blocks may repeat what stands in those before them. Its checksums are not looked at.
  ///
  /// - Returns: `nil` unless the frame holds exactly so many bytes.
  public static func decompressFrame(_ frame: ArraySlice<UInt8>, to count: Int) -> [UInt8]? {
    guard frame.prefix(4).elementsEqual([0x04, 0x22, 0x4D, 0x18]), frame.count >= 7 else { return nil }
    let flags = frame[frame.startIndex + 4]
    // Version 1, and no dictionary, which stands elsewhere.
    guard flags >> 6 == 1, flags & 1 == 0 else { return nil }
    let (hasBlockChecksums, hasLength) = (flags & 0x10 != 0, flags & 0x08 != 0)
    var rest = frame.dropFirst(hasLength ? 15 : 7)
    var (bytes, written) = ([UInt8](repeating: 0, count: count), 0)
    while rest.count >= 4 {
      let header = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      if header == 0 { return written == count ? bytes : nil }
      let (size, isStored) = (header & 0x7FFF_FFFF, header >> 31 == 1)
      guard size <= rest.count else { return nil }
      let block = rest.prefix(size)
      if isStored {
        guard size <= count - written else { return nil }
        bytes.replaceSubrange(written..<written + size, with: block)
        written += size
      } else if !append(block, to: &bytes, &written) {
        return nil
      }
      rest = rest.dropFirst(size + (hasBlockChecksums ? 4 : 0))
    }
    return nil
  }

  /// Decompresses a block behind what was written before, which it may repeat.
  ///
  /// - Returns: Whether it is sound and there is room.
  private static func append(
    _ block: ArraySlice<UInt8>, to bytes: inout [UInt8], _ written: inout Int
  ) -> Bool {
    let input = block.span.bytes
    var at = CodecPositions(written: written)
    var span = bytes.mutableSpan
    var output = span.mutableBytes
    defer { written = at.written }
    while let token = input.next(&at) {
      guard let literal = length(Int(token >> 4), input, &at), output.append(literal, from: input, &at) else {
        return false
      }
      if at.read == input.byteCount { return true }  // the last sequence has no copy
      guard let distance = input.number(of: 2, &at), let copy = length(Int(token & 15), input, &at),
        output.repeatBytes(copy + 4, from: distance, &at)
      else { return false }
    }
    return true
  }

  /// A length whose first four bits stand in the token: bytes follow where they are all set, to the first below 255.
  private static func length(_ start: Int, _ input: RawSpan, _ at: inout CodecPositions) -> Int? {
    guard start == 15 else { return start }
    var length = start
    while let byte = input.next(&at) {
      length += Int(byte)
      if byte < 255 { return length }
    }
    return nil
  }
}
