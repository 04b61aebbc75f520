import CZlib

/// Deflate streams, with the header of gzip or of zlib.
public enum Gzip {
  /// - Returns: `nil` unless the members of the stream hold exactly so many bytes.
  public static func decompress(_ stream: ArraySlice<UInt8>, to count: Int) -> [UInt8]? {
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

  /// The bytes as one stream with zlib's header.
  ///
  /// - Parameter level: From 1, the fastest, to 9, the smallest.
  public static func compress(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
    var count = compressBound(uLong(bytes.count))
    var stream = [UInt8](repeating: 0, count: Int(count))
    let status = compress2(&stream, &count, bytes, uLong(bytes.count), level)
    precondition(status == Z_OK, "zlib refused \(bytes.count) bytes with \(status)")
    return Array(stream.prefix(Int(count)))
  }

  /// CRC-32 of bytes, such as a page's as they lie in the file.
  public static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32(0, $0.baseAddress, uInt($0.count))) }
  }
}

/// The members of a gzip file, one after the other.
public final class GzipStream: StreamDecompressor {
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var input: [UInt8] = []
  private var position = 0
  /// Whether a member has begun and not ended.
  private var isWithin = false

  /// - Throws: ``CompressionError`` where zlib has no memory.
  public init() throws(CompressionError) {
    stream.initialize(to: z_stream())
    guard inflateInit2_(stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      stream.deallocate()
      throw CompressionError(kind: .noMemory, form: "gzip")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  public func next(_ count: Int, _ read: () throws -> [UInt8]) throws -> [UInt8] {
    var output = [UInt8](repeating: 0, count: count)
    while true {
      if position == input.count {
        (input, position) = (try read(), 0)
        if input.isEmpty {
          if isWithin { throw CompressionError(kind: .truncated, form: "gzip") }
          return []
        }
      }
      let written = try step(&output)
      if written > 0 { return Array(output.prefix(written)) }
    }
  }

  /// Decompresses some of the input; returns how many bytes came of it.
  private func step(_ output: inout [UInt8]) throws(CompressionError) -> Int {
    let taken = input.count - position
    isWithin = true
    let (status, written) = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.pointee.next_in = source.baseAddress.map { $0 + position }
        stream.pointee.avail_in = uInt(taken)
        stream.pointee.next_out = target.baseAddress
        stream.pointee.avail_out = uInt(target.count)
        return (inflate(stream, Z_NO_FLUSH), target.count - Int(stream.pointee.avail_out))
      }
    }
    position += taken - Int(stream.pointee.avail_in)
    switch status {
    case Z_STREAM_END:
      isWithin = false
      inflateReset(stream)
    case Z_OK, Z_BUF_ERROR: break
    default: throw CompressionError(kind: .damaged, form: "gzip")
    }
    return written
  }
}
