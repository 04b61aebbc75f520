import Checkpoints
import Crypto
import Foundation
import Models

extension BackboneFiles {
  /// Identifies what the model computes: SHA-256 over its implementation and the contents of its files.
  ///
  /// Taken over the implementation's name, then a line for each file as `sha256sum` writes it, without folders; so it
  /// does not depend on where the files lie.
  ///
  /// - Throws: ``JobError`` for a file that cannot be read.
  func digest() throws(JobError) -> String {
    var lines = implementation + "\n"
    for path in contents {
      lines += "\(try sha256(ofFile: path))  \(URL(fileURLWithPath: path).lastPathComponent)\n"
    }
    return hexadecimal(SHA256.hash(data: Data(lines.utf8)))
  }
}

private func sha256(ofFile path: String) throws(JobError) -> String {
  var hash = SHA256()
  do {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    while let bytes = try file.read(upToCount: 4 << 20), !bytes.isEmpty { hash.update(data: bytes) }
  } catch {
    throw JobError(.badData, "cannot read '\(path)': \(reason(error))")
  }
  return hexadecimal(hash.finalize())
}
