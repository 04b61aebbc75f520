import Basics
import Digests
import Evaluations
import Foundation

/// What a response depends on beside weights and compute mode.
public struct JournalIdentity: Sendable, Equatable {
  /// The tokenizer's identity.
  public var tokenizer: String
  /// The version of the arithmetic; where it changes bits, responses of the old one are not seen.
  public var numerics: String

  public init(tokenizer: String, numerics: String) {
    self.tokenizer = tokenizer
    self.numerics = numerics
  }

  /// SHA-256 over identity and request: what a response is found by.
  func key(of request: Request) -> [UInt8] {
    var writer = ByteWriter()
    for part in [tokenizer, numerics] { writer.append(text: part) }
    writer.append(request.bytes)
    return Digest.sha256(writer.bytes)
  }
}
