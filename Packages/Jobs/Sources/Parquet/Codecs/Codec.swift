internal import Basics
import Compression

/// How the pages of a column are compressed.
enum Codec: Int {
  case none, snappy, gzip, lzo, brotli, hadoopLZ4, zstandard, lz4

  init(code: Int) throws(ParquetError) {
    guard let codec = Codec(rawValue: code), codec != .lzo else {
      throw .violation(.unsupported(code == 3 ? "compression with LZO" : "compression by codec \(code)"))
    }
    self = codec
  }

  /// The bytes of a page.
  ///
  /// - Parameter count: How many there are; the header of the page says so.
  func decompress(_ bytes: ArraySlice<UInt8>, to count: Int) throws(ParquetError) -> [UInt8] {
    if count == 0 { return [] }
    let result: [UInt8]? =
      switch self {
      case .none, .lzo: bytes.count == count ? Array(bytes) : nil
      case .snappy: Snappy.decompress(bytes, to: count)
      case .gzip: Gzip.decompress(bytes, to: count)
      case .brotli: Brotli.decompress(bytes, to: count)
      case .zstandard: Zstandard.decompress(bytes, to: count)
      case .lz4: LZ4.decompress(bytes, to: count)
      case .hadoopLZ4: LZ4.decompressHadoop(bytes, to: count) ?? LZ4.decompress(bytes, to: count)
      }
    guard let result else {
      throw .violation(.value("a page", expected: "the \(count) bytes of its header"))
    }
    return result
  }
}
