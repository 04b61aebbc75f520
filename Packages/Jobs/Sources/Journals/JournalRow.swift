import Digests
import Evaluations
import Foundation
import GRDB

/// A row of the table `answers`, as it lies in the file.
struct JournalRow {
  /// What a row is worth.
  enum Finding {
    case sound(Response)
    case damaged
    /// Of format 1: a damaged bit in it would not show.
    case withoutChecksum
  }

  let key: Data
  let response: DatabaseValue
  let checksum: DatabaseValue

  /// The first 16 bytes of the SHA-256 of key and response.
  static func checksum(of response: Data, for key: Data) -> Data {
    Data(Digest.sha256(key + response).prefix(16))
  }

  func response(to request: Request) -> Finding {
    if checksum.isNull { return .withoutChecksum }
    guard let bytes = Data.fromDatabaseValue(response),
      Data.fromDatabaseValue(checksum) == Self.checksum(of: bytes, for: key),
      let response = Response(bytes: bytes, to: request)
    else { return .damaged }
    return .sound(response)
  }
}
