internal import Crypto
internal import Foundation

/// Compares bytes with an ETag that tells their digest.
enum BlobDigest {
  /// - Parameter etag: 64 hexadecimal digits are the SHA-256 of a large file; 40 are the name git
  ///   gives a small one; other tags tell nothing.
  /// - Returns: Whether the file's bytes agree with the tag, as far as it tells.
  static func matches(_ path: String, etag: String) throws(HubError) -> Bool {
    guard etag.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else { return true }
    switch etag.utf8.count {
    case 64: return try digest(of: path, SHA256()) == etag
    case 40:
      var hash = Insecure.SHA1()
      hash.update(data: Data("blob \(HubCache.size(path) ?? 0)\0".utf8))
      return try digest(of: path, hash) == etag
    default: return true
    }
  }

  private static func digest(of path: String, _ hash: some HashFunction) throws(HubError) -> String {
    try HubCache.attempt("read '\(path)'") {
      var hash = hash
      let handle = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? handle.close() }
      while let bytes = try handle.read(upToCount: 4 << 20), !bytes.isEmpty { hash.update(data: bytes) }
      return hash.finalize().map { byte in
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "0" + digits : digits
      }.joined()
    }
  }
}
