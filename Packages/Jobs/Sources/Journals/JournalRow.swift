import Digests
import Evaluations

/// A row of the table `answers`, as it lies in the file.
struct JournalRow {
  /// What a row is worth.
  enum Finding {
    case sound(Response)
    case damaged
    /// Of format 1: a damaged bit in it would not show.
    case withoutChecksum
  }

  let key: [UInt8]
  let response: SQLiteValue
  let checksum: SQLiteValue

  /// The first 16 bytes of the SHA-256 of key and response.
  static func checksum(of response: [UInt8], for key: [UInt8]) -> [UInt8] {
    Array(Digest.sha256(key + response).prefix(16))
  }

  func response(to request: Request) -> Finding {
    if checksum == .null { return .withoutChecksum }
    guard case .blob(let bytes) = response, checksum == .blob(Self.checksum(of: bytes, for: key)),
      let response = Response(bytes: bytes, to: request)
    else { return .damaged }
    return .sound(response)
  }
}
