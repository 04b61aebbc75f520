import Basics
import Compression
import Foundation

/// How the buffers of a batch are compressed, each by itself behind its length.
///
/// - Source: *Arrow Columnar Format* 1.5, "Compression".
enum ArrowCodec: Int {
  case lz4 = 0
  case zstandard = 1

  init(_ table: FlatTable) throws(ArrowError) {
    let (codec, method) = (Int(try table.number(0, or: Int8(0))), Int(try table.number(1, or: Int8(0))))
    guard let known = ArrowCodec(rawValue: codec), method == 0 else {
      throw ArrowError(
        .unsupported("compression of rows by codec \(codec)", remedy: "save the data set without compression")
      )
    }
    self = known
  }

  /// The bytes of a buffer, of which those that would not shrink are marked and stored as they are.
  func decompressed(_ stored: ArrowBytes, _ budget: ArrowBudget) throws(ArrowError) -> ArrowBytes {
    guard stored.count > 0 else { return stored }
    let length = Int(try stored.number(Int64.self, at: 0))
    let content = try stored.slice(8, stored.count - 8)
    if length == -1 { return content }
    try budget.take(decompressed: length)
    let frame = content.array[...]
    let bytes =
      switch self {
      case .lz4: LZ4.decompressFrame(frame, to: length)
      case .zstandard: Zstandard.decompress(frame, to: length)
      }
    guard let bytes else {
      throw ArrowError(.value("a compressed part", expected: "the \(length) bytes that it announces"))
    }
    return ArrowBytes(Data(bytes))
  }
}
