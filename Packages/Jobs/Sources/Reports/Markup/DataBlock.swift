import Basics
import Compression
import Foundation

/// JSON that a page carries and decodes when it is wanted: deflated, in Base64, so that no text in it is markup.
struct DataBlock: Sendable {
  let name: String
  private let base64: String

  /// - Parameter name: Letters, digits and dots.
  init(_ name: String, _ json: String) {
    self.name = name
    base64 = Data(Gzip.compress(Array(json.utf8))).base64EncodedString()
  }

  init(_ name: String, _ json: JSONValue) { self.init(name, json.line) }

  var html: String {
    "<script type=\"application/octet-stream\" data-block=\"\(name)\">\(base64)</script>\n"
  }
}
