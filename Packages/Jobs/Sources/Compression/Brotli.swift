import CBrotli

/// Streams of Brotli (RFC 7932).
public enum Brotli {
  /// - Returns: `nil` unless the stream holds exactly so many bytes.
  public static func decompress(_ stream: ArraySlice<UInt8>, to count: Int) -> [UInt8]? {
    var result = [UInt8](repeating: 0, count: count)
    var written = count
    let status = stream.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer {
        BrotliDecoderDecompress(source.count, source.baseAddress, &written, $0.baseAddress)
      }
    }
    return status == BROTLI_DECODER_RESULT_SUCCESS && written == count ? result : nil
  }
}
