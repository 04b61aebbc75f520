public import Foundation

#if canImport(CryptoKit)
private import CryptoKit
#else
private import CCrypto
#endif

/// A digest of bytes that arrive piece by piece, computed by the system's library: libcrypto, or CryptoKit on a Mac.
///
///     let digest = Digest(.sha256)
///     digest.update(bytes)
///     digest.hexadecimal()
public final class Digest {
  /// - Source: FIPS 180-4.
  public enum Algorithm: Sendable {
    /// What git and small files of the Hub are named by.
    case sha1
    case sha256
    /// What CPython makes numbers of texts with.
    case sha512
  }

  private let state: State

  public init(_ algorithm: Algorithm = .sha256) { state = State(algorithm) }

  public func update(_ bytes: some ContiguousBytes) {
    bytes.withUnsafeBytes { state.update($0) }
  }

  /// The digest's bytes: 20 of SHA-1, 32 of SHA-256, 64 of SHA-512. Call it once, last.
  public func finalize() -> [UInt8] { state.finalize() }

  /// ``finalize()`` as lower case hexadecimal digits, two a byte.
  public func hexadecimal() -> String { hexadecimalDigits(finalize()) }

  /// SHA-256 of bytes that are all there.
  public static func sha256(_ bytes: some ContiguousBytes) -> [UInt8] { digest(.sha256, bytes) }

  /// SHA-512 of bytes that are all there.
  public static func sha512(_ bytes: some ContiguousBytes) -> [UInt8] { digest(.sha512, bytes) }

  private static func digest(_ algorithm: Algorithm, _ bytes: some ContiguousBytes) -> [UInt8] {
    let digest = Digest(algorithm)
    digest.update(bytes)
    return digest.finalize()
  }

  /// SHA-256 of a text's UTF-8 bytes, as 64 lower case hexadecimal digits.
  public static func sha256(of text: String) -> String { hexadecimalDigits(sha256(Array(text.utf8))) }
}

/// Lower case hexadecimal digits, two a byte.
public func hexadecimalDigits(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

#if canImport(CryptoKit)
private final class State {
  private var hash: any HashFunction

  init(_ algorithm: Digest.Algorithm) {
    hash =
      switch algorithm {
      case .sha1: Insecure.SHA1()
      case .sha256: SHA256()
      case .sha512: SHA512()
      }
  }

  func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }
  func finalize() -> [UInt8] { Array(hash.finalize()) }
}
#else
/// libcrypto's context of one digest, freed exactly once.
private final class State {
  private let context: OpaquePointer

  init(_ algorithm: Digest.Algorithm) {
    let function =
      switch algorithm {
      case .sha1: EVP_sha1()
      case .sha256: EVP_sha256()
      case .sha512: EVP_sha512()
      }
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, function, nil) == 1 else {
      preconditionFailure("libcrypto has no \(algorithm)")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  func update(_ bytes: UnsafeRawBufferPointer) {
    let status = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(status == 1, "libcrypto refused \(bytes.count) bytes")
  }

  func finalize() -> [UInt8] {
    var count = UInt32(EVP_MAX_MD_SIZE)
    var bytes = [UInt8](repeating: 0, count: Int(count))
    let status = EVP_DigestFinal_ex(context, &bytes, &count)
    precondition(status == 1, "libcrypto did not finish the digest")
    return Array(bytes.prefix(Int(count)))
  }
}
#endif
