/// Snappy's raw format.
///
/// - Source: Google, *Snappy compressed format description*, 2011.
enum Snappy {
  /// - Returns: `nil` unless the stream holds exactly so many bytes.
  static func decompress(_ stream: ArraySlice<UInt8>, to count: Int) -> [UInt8]? {
    var input = CodecInput(stream)
    guard announcedLength(&input) == count else { return nil }
    var output = CopyWindow(capacity: count)
    while let tag = input.next() {
      let isTaken = tag & 3 == 0 ? literal(tag, &input, &output) : copy(tag, &input, &output)
      guard isTaken else { return nil }
    }
    return output.isFull ? output.bytes : nil
  }

  private static func announcedLength(_ input: inout CodecInput) -> Int? {
    var length = 0
    for shift in stride(from: 0, through: 28, by: 7) {
      guard let byte = input.next() else { return nil }
      length |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return length }
    }
    return nil
  }

  private static func literal(_ tag: UInt8, _ input: inout CodecInput, _ output: inout CopyWindow) -> Bool {
    var length = Int(tag >> 2)
    if length >= 60 {
      guard let long = input.number(of: length - 59) else { return false }
      length = long
    }
    return output.append(length + 1, from: &input)
  }

  private static func copy(_ tag: UInt8, _ input: inout CodecInput, _ output: inout CopyWindow) -> Bool {
    if tag & 3 == 1 {
      guard let low = input.next() else { return false }
      return output.repeatBytes(Int(tag >> 2 & 7) + 4, from: Int(tag >> 5) << 8 | Int(low))
    }
    guard let distance = input.number(of: tag & 3 == 2 ? 2 : 4) else { return false }
    return output.repeatBytes(Int(tag >> 2) + 1, from: distance)
  }
}
