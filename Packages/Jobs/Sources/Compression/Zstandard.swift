import CZstandard

/// Frames of Zstandard (RFC 8878).
public enum Zstandard {
  /// - Returns: `nil` unless the frames hold exactly so many bytes.
  public static func decompress(_ frames: ArraySlice<UInt8>, to count: Int) -> [UInt8]? {
    var result = [UInt8](repeating: 0, count: count)
    let written = frames.withUnsafeBytes { source in
      result.withUnsafeMutableBytes {
        ZSTD_decompress($0.baseAddress, $0.count, source.baseAddress, source.count)
      }
    }
    return ZSTD_isError(written) == 0 && written == count ? result : nil
  }
}

/// The frames of a Zstandard file, one after the other.
public final class ZstandardStream: StreamDecompressor {
  private let context: OpaquePointer
  private var input: [UInt8] = []
  private var position = 0
  /// Whether a frame has begun and not ended, or what came of it is not all taken.
  private var isWithin = false

  /// - Throws: ``CompressionError`` where there is no memory.
  public init() throws(CompressionError) {
    guard let context = ZSTD_createDStream() else { throw CompressionError(kind: .noMemory, form: "zstd") }
    self.context = context
  }

  deinit { ZSTD_freeDStream(context) }

  public func next(_ count: Int, _ read: () throws -> [UInt8]) throws -> [UInt8] {
    var output = [UInt8](repeating: 0, count: count)
    while true {
      if position == input.count {
        (input, position) = (try read(), 0)
        if input.isEmpty, !isWithin { return [] }
      }
      let isAtEnd = input.isEmpty
      let written = try step(&output)
      if written > 0 { return Array(output.prefix(written)) }
      if isAtEnd {
        if isWithin { throw CompressionError(kind: .truncated, form: "zstd") }
        return []
      }
    }
  }

  /// Decompresses some of the input; returns how many bytes came of it.
  private func step(_ output: inout [UInt8]) throws(CompressionError) -> Int {
    var (read, written, left) = (0, 0, 0)
    input.withUnsafeBytes { source in
      output.withUnsafeMutableBytes { target in
        var from = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: position)
        var into = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        left = ZSTD_decompressStream(context, &into, &from)
        (read, written) = (from.pos, into.pos)
      }
    }
    position = read
    guard ZSTD_isError(left) == 0 else { throw CompressionError(kind: .damaged, form: "zstd") }
    isWithin = left != 0
    return written
  }
}
