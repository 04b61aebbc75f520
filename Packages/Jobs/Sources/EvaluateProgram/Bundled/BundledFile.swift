import CBundled
import Foundation

/// A file inside the binary.
enum BundledFile {
  /// - Precondition: There is a file of that name.
  static func bytes(_ name: String) -> [UInt8] {
    let file = unsafe bundled_file_named(name)
    guard let start = unsafe file.bytes else { preconditionFailure("no bundled file '\(name)'") }
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: file.count))
  }

  /// The objects of a file with one JSON object a line.
  static func lines<Line: Decodable>(_ name: String) throws -> [Line] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try bytes(name).split(separator: UInt8(ascii: "\n")).map {
      try decoder.decode(Line.self, from: Data($0))
    }
  }
}
