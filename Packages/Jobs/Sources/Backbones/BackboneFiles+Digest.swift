import Basics
import Checkpoints
import Digests
import Files
import Foundation
import Jobs
import Models
package import Sharding

extension BackboneFiles {
  /// Identifies what the model computes: SHA-256 over its implementation and the contents of its files.
  ///
  /// Taken over the implementation's name, then a line for each file as `sha256sum` writes it, without folders; so it
  /// does not depend on where the files lie. The files are shared out among the ranks, all of which get the digest.
  ///
  /// - Parameter known: Digests of files that were hashed before.
  /// - Throws: ``JobError`` for a file that cannot be read, or where the ranks see other files.
  package func digest(over communicator: any Communicator, _ known: FileDigests? = nil) throws -> String {
    try requireSameFiles(over: communicator)
    // The main rank, which has more to do than the others, gets a file last.
    let turn = communicator.size - 1 - communicator.rank
    var own: [String] = []
    for (index, path) in contents.enumerated() where index % communicator.size == turn {
      let digest = try known?.digest(of: path, hash: sha256) ?? sha256(ofFile: path)
      own.append("\(digest)  \(URL(fileURLWithPath: path).lastPathComponent)\n")
    }
    let all = try communicator.allGather(Array(own.joined().utf8), named: "digests of files").map { bytes in
      String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
    let lines = contents.indices.map { index in
      all[communicator.size - 1 - index % communicator.size][index / communicator.size] + "\n"
    }
    return Digest.sha256(of: ([implementation + "\n"] + lines).joined())
  }

  /// Each rank hashes some of the files only, so it is looked at whether all have the same: names, sizes, and a few pages of
  /// each, in which weights of another training differ.
  private func requireSameFiles(over communicator: any Communicator) throws {
    guard communicator.size > 1 else { return }
    let hash = Digest(.sha256)
    for path in contents {
      hash.update(Data(URL(fileURLWithPath: path).lastPathComponent.utf8))
      try read(path) { file in
        let size = try file.seekToEnd()
        hash.update(Data("\(size)".utf8))
        for part in 0..<UInt64(16) {
          try file.seek(toOffset: size / 16 * part)
          hash.update(try file.read(upToCount: 4096) ?? Data())
        }
      }
    }
    try communicator.requireSame(hash.finalize(), named: "files of the backbone")
  }
}

private func sha256(ofFile path: String) throws(JobError) -> String {
  let hash = Digest(.sha256)
  try read(path) { file in
    while let bytes = try file.read(upToCount: 4 << 20), !bytes.isEmpty { hash.update(bytes) }
  }
  return hash.hexadecimal()
}

private func read(_ path: String, _ body: (FileHandle) throws -> Void) throws(JobError) {
  do {
    let file = try openInput(path)
    defer { try? file.close() }
    try body(file)
  } catch {
    throw JobError(.unreadable(path: path, reason: systemReason(error)))
  }
}
