import CZlib

/// Deflate streams, with the header of gzip or of zlib.
enum Gzip {
  /// - Returns: `nil` unless the members of the stream hold exactly so many bytes.
  static func decompress(_ stream: ArraySlice<UInt8>, to count: Int) -> [UInt8]? {
    var result = [UInt8](repeating: 0, count: count)
    let filled = stream.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { inflate(source, into: $0) }
    }
    return filled == count ? result : nil
  }

  /// How many bytes were written; `nil` for a damaged stream, or one that holds more.
  private static func inflate(
    _ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>
  ) -> Int? {
    var stream = z_stream()
    stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
    stream.avail_in = uInt(source.count)
    stream.next_out = target.baseAddress
    stream.avail_out = uInt(target.count)
    // 32 more than the largest window: either header is taken.
    guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return nil
    }
    defer { inflateEnd(&stream) }
    while true {
      guard CZlib.inflate(&stream, Z_FINISH) == Z_STREAM_END else { return nil }
      guard stream.avail_in > 0 else { return target.count - Int(stream.avail_out) }
      guard inflateReset(&stream) == Z_OK else { return nil }  // another member follows
    }
  }

  /// CRC-32 of a page's bytes, as they lie in the file.
  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32(0, $0.baseAddress, uInt($0.count))) }
  }
}
