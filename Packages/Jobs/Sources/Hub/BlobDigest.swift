internal import Digests
internal import Foundation

/// Compares bytes with an ETag that tells their digest.
enum BlobDigest {
  /// - Parameter etag: 64 hexadecimal digits are the SHA-256 of a large file; 40 are the name git
  ///   gives a small one; other tags tell nothing.
  /// - Returns: Whether the file's bytes agree with the tag, as far as it tells.
  static func matches(_ path: String, etag: String) throws(HubError) -> Bool {
    guard etag.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else { return true }
    switch etag.utf8.count {
    case 64: return try digest(of: path, Digest(.sha256)) == etag
    case 40:
      let hash = Digest(.sha1)
      hash.update(Data("blob \(HubCache.size(path) ?? 0)\0".utf8))
      return try digest(of: path, hash) == etag
    default: return true
    }
  }

  private static func digest(of path: String, _ hash: Digest) throws(HubError) -> String {
    try HubCache.attempt("read '\(path)'") {
      let handle = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? handle.close() }
      while let bytes = try handle.read(upToCount: 4 << 20), !bytes.isEmpty { hash.update(bytes) }
      return hash.hexadecimal()
    }
  }
}
