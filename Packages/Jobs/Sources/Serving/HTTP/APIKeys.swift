import Basics
import Digests
import Foundation

/// The keys that let a client in; where there are none, every client is.
public struct APIKeys: Sendable {
  /// SHA-256 of each, so that all comparisons take the same time, whatever their lengths.
  private let digests: [[UInt8]]

  public static let none = APIKeys([])

  init(_ keys: [String]) { digests = keys.map { Digest.sha256(Array($0.utf8)) } }

  /// The keys in a file, one a line; blank lines and lines that begin with `#` are none.
  ///
  /// - Throws: ``ServerError`` for a file that is missing, that is no text or that holds no key.
  public init(file path: String) throws(ServerError) {
    let data: Data
    do throws(InputFileError) { data = try inputContents(path) } catch {
      throw ServerError(error.isMissing ? .noKeyFile(path) : .unreadableKeyFile(path, reason: error.reason))
    }
    guard let text = String(data: data, encoding: .utf8) else { throw ServerError(.noKeys(path)) }
    let keys = text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
    guard !keys.isEmpty else { throw ServerError(.noKeys(path)) }
    self.init(keys)
  }

  var areNeeded: Bool { !digests.isEmpty }

  /// The index of the key in a header `Authorization: Bearer KEY`; `nil` where it holds none of them.
  ///
  /// Every byte of every key is looked at, so that the time does not depend on how much was right.
  func index(authorization header: String?) -> Int? {
    let scheme = "Bearer "
    let given = header.map { $0.hasPrefix(scheme) ? String($0.dropFirst(scheme.count)) : "" } ?? ""
    let digest = Digest.sha256(Array(given.utf8))
    var found: Int?
    for (index, known) in digests.enumerated() {
      let difference = zip(known, digest).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
      if difference == 0 { found = index }
    }
    return found
  }
}
