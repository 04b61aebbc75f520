package import Crypto
internal import TensorCore

extension Tensor {
  /// SHA-256 of the elements' bytes, row-major and little-endian, as 64 lower case hexadecimal digits.
  var sha256: String {
    withBytes { bytes in
      bytes.withUnsafeBytes { buffer in
        var hash = SHA256()
        hash.update(bufferPointer: buffer)
        return hexadecimal(hash.finalize())
      }
    }
  }
}

/// SHA-256 of a text's UTF-8 bytes.
func sha256(of text: String) -> String {
  hexadecimal(SHA256.hash(data: Array(text.utf8)))
}

/// Lower case hexadecimal digits, two a byte.
package func hexadecimal(_ digest: SHA256.Digest) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
