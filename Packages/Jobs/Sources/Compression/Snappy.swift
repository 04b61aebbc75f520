/// Snappy's raw format.
///
/// - Source: Google, *Snappy compressed format description*, 2011.
public enum Snappy {
  /// - Returns: `nil` unless the stream holds exactly so many bytes.
  public static func decompress(_ stream: ArraySlice<UInt8>, to count: Int) -> [UInt8]? {
    let input = stream.span.bytes
    var at = CodecPositions()
    guard announcedLength(input, &at) == count else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    var output = span.mutableBytes
    while let tag = input.next(&at) {
      let isTaken = tag & 3 == 0 ? literal(tag, input, &output, &at) : copy(tag, input, &output, &at)
      guard isTaken else { return nil }
    }
    return at.written == count ? bytes : nil
  }

  private static func announcedLength(_ input: RawSpan, _ at: inout CodecPositions) -> Int? {
    var length = 0
    for shift in stride(from: 0, through: 28, by: 7) {
      guard let byte = input.next(&at) else { return nil }
      length |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return length }
    }
    return nil
  }

  private static func literal(
    _ tag: UInt8, _ input: RawSpan, _ output: inout MutableRawSpan, _ at: inout CodecPositions
  ) -> Bool {
    var length = Int(tag >> 2)
    if length >= 60 {
      guard let long = input.number(of: length - 59, &at) else { return false }
      length = long
    }
    return output.append(length + 1, from: input, &at)
  }

  private static func copy(
    _ tag: UInt8, _ input: RawSpan, _ output: inout MutableRawSpan, _ at: inout CodecPositions
  ) -> Bool {
    // Its three forms are read without a branch, since which of them comes cannot be foreseen.
    let isShort = tag & 3 == 1
    guard let low = input.number(of: 1 << (Int(tag & 3) - 1), &at) else { return false }
    let distance = low | (isShort ? Int(tag >> 5) << 8 : 0)
    let length = isShort ? Int(tag >> 2 & 7) + 4 : Int(tag >> 2) + 1
    return output.repeatBytes(length, from: distance, &at)
  }
}
