internal import Digests
internal import TensorCore

extension Tensor {
  /// SHA-256 of the elements' bytes, row-major and little-endian, as 64 lower case hexadecimal digits.
  var sha256: String {
    withBytes { bytes in
      bytes.withUnsafeBytes { buffer in
        let digest = Digest(.sha256)
        digest.update(buffer)
        return digest.hexadecimal()
      }
    }
  }
}
