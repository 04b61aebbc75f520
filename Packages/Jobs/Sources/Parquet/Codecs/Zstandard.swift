import CZstandard

/// Frames of Zstandard (RFC 8878).
enum Zstandard {
  /// - Returns: `nil` unless the frames hold exactly so many bytes.
  static func decompress(_ frames: ArraySlice<UInt8>, to count: Int) -> [UInt8]? {
    var result = [UInt8](repeating: 0, count: count)
    let written = frames.withUnsafeBytes { source in
      result.withUnsafeMutableBytes {
        ZSTD_decompress($0.baseAddress, $0.count, source.baseAddress, source.count)
      }
    }
    return ZSTD_isError(written) == 0 && written == count ? result : nil
  }
}
