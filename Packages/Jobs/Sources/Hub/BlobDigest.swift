internal import Basics
internal import Digests
internal import Foundation

/// Compares bytes with an ETag that is their digest.
enum BlobDigest {
  /// - Parameter etag: 64 hexadecimal digits are the SHA-256 of a large file; 40 are the name git
  ///   gives a small one; other tags are no digests.
  /// - Returns: Whether the file's bytes agree with the tag, where it is a digest.
  static func matches(_ path: String, etag: String) throws(HubError) -> Bool {
    guard isDigest(etag) else { return true }
    switch etag.utf8.count {
    case 64: return try digest(of: path, Digest(.sha256)) == etag
    case 40:
      let hash = Digest(.sha1)
      hash.update(Data("blob \(HubCache.size(path) ?? 0)\0".utf8))
      return try digest(of: path, hash) == etag
    default: return true
    }
  }

  /// Whether a tag is a digest of the bytes that it names.
  static func isDigest(_ etag: String) -> Bool {
    [40, 64].contains(etag.utf8.count)
      && etag.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }

  private static func digest(of path: String, _ hash: Digest) throws(HubError) -> String {
    try HubCache.attempt("read '\(path)'") {
      let handle = try openInput(path)
      defer { try? handle.close() }
      while let bytes = try handle.read(upToCount: 4 << 20), !bytes.isEmpty { hash.update(bytes) }
      return hash.hexadecimal()
    }
  }
}
