/// LZ4's block format.
///
/// - Source: Collet, *LZ4 Block Format Description*.
enum LZ4 {
  /// - Returns: `nil` unless the block holds exactly so many bytes.
  static func decompress(_ block: ArraySlice<UInt8>, to count: Int) -> [UInt8]? {
    var output = CopyWindow(capacity: count)
    return append(block, to: &output) && output.isFull ? output.bytes : nil
  }

  /// Blocks as Hadoop frames them: each behind two big-endian numbers, its length before and after compression.
  static func decompressHadoop(_ frames: ArraySlice<UInt8>, to count: Int) -> [UInt8]? {
    var (rest, output) = (frames, CopyWindow(capacity: count))
    while rest.count >= 8 {
      let sizes = [rest.prefix(4), rest.dropFirst(4).prefix(4)].map { $0.reduce(0) { $0 << 8 | Int($1) } }
      rest = rest.dropFirst(8)
      let before = output.count
      guard sizes[1] <= rest.count, append(rest.prefix(sizes[1]), to: &output),
        output.count - before == sizes[0]
      else { return nil }
      rest = rest.dropFirst(sizes[1])
    }
    return rest.isEmpty && output.isFull ? output.bytes : nil
  }

  private static func append(_ block: ArraySlice<UInt8>, to output: inout CopyWindow) -> Bool {
    var input = CodecInput(block)
    while let token = input.next() {
      guard let literal = length(Int(token >> 4), &input), output.append(literal, from: &input) else {
        return false
      }
      if input.remaining == 0 { return true }  // the last sequence has no copy
      guard let distance = input.number(of: 2), let copy = length(Int(token & 15), &input),
        output.repeatBytes(copy + 4, from: distance)
      else { return false }
    }
    return true
  }

  /// A length whose first four bits stand in the token: bytes follow where they are all set, to the first below 255.
  private static func length(_ start: Int, _ input: inout CodecInput) -> Int? {
    guard start == 15 else { return start }
    var length = start
    while let byte = input.next() {
      length += Int(byte)
      if byte < 255 { return length }
    }
    return nil
  }
}
