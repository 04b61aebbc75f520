import Basics
import Checkpoints
import Digests
import Files
import Foundation
import Jobs

/// A folder of tokens in the making: under a temporary name beside its place until it is whole.
///
/// Without ``finish(_:configuration:)`` nothing stays behind, except by a process that was killed.
final class DataFolder {
  static let configurationName = "config.yaml"

  let path: String
  let temporary: String
  private var writers: [String: FileWriter] = [:]
  private var isFinished = false

  /// - Throws: ``JobError`` where something is there already, or the system refuses.
  init(path: String) throws(JobError) {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw JobError(.occupied(path: path, .otherData))
    }
    self.path = path
    temporary = Unfinished.name(beside: path)
    do {
      try createFolder(temporary)
    } catch {
      throw JobError(.folder(path: path, isResults: false, reason: systemReason(error), isThere: false))
    }
  }

  deinit {
    if !isFinished { try? FileManager.default.removeItem(atPath: temporary) }
  }

  func writer(_ name: String) throws(JobError) -> FileWriter {
    let writer = try FileWriter(path: "\(temporary)/\(name)", shownAs: "\(path)/\(name)")
    writers[name] = writer
    return writer
  }

  /// The SHA-256 of each file that was closed, by its name.
  var digests: [String: String] { writers.compactMapValues(\.digest) }

  func write(_ text: String, to name: String) throws(JobError) {
    let writer = try writer(name)
    try writer.write(Data(text.utf8))
    try writer.close()
  }

  /// Puts the folder in its place.
  ///
  /// - Parameter files: Texts that say what the folder holds, by name.
  func finish(_ files: [(name: String, text: String)]) throws(JobError) {
    for file in files { try write(file.text, to: file.name) }
    guard rename(temporary, path) == 0 else {
      throw JobError(.unwritable(path: path, reason: systemReason(POSIXError.last)))
    }
    isFinished = true
  }
}

/// A file that is written from its beginning to its end.
final class FileWriter {
  private let handle: FileHandle
  private let name: String
  private let path: String
  private var buffer = Data()
  /// Of what the disk has.
  private var hash = Digest(.sha256)
  /// The SHA-256 of the file, once it is closed.
  private(set) var digest: String?
  private static let limit = 1 << 20

  fileprivate init(path: String, shownAs name: String) throws(JobError) {
    do { handle = try FileHandle.creating(path) } catch {
      throw JobError(.unwritable(path: name, reason: systemReason(error)))
    }
    self.name = name
    self.path = path
  }

  func write(_ bytes: Data) throws(JobError) {
    buffer += bytes
    if buffer.count >= Self.limit { try flush() }
  }

  func write(_ ids: [Int32], as element: TokenManifest.Element) throws(JobError) {
    switch element {
    case .uint16: try write(ids.map { UInt16(truncatingIfNeeded: $0).littleEndian })
    case .uint32: try write(ids.map { UInt32(bitPattern: $0).littleEndian })
    }
  }

  private func write<Element: BitwiseCopyable>(_ elements: [Element]) throws(JobError) {
    try write(elements.withUnsafeBytes { Data($0) })
  }

  /// Takes away everything from byte `offset` on, and writes it to `other`.
  func move(from offset: Int, to other: FileWriter) throws(JobError) {
    try flush()
    try saying { () throws in
      try handle.seek(toOffset: 0)
      hash = Digest(.sha256)
      var left = offset
      while left > 0, let bytes = try handle.read(upToCount: min(left, Self.limit)), !bytes.isEmpty {
        hash.update(bytes)
        left -= bytes.count
      }
      while let bytes = try handle.read(upToCount: Self.limit), !bytes.isEmpty { try other.write(bytes) }
      try handle.truncate(atOffset: UInt64(offset))
      try handle.seek(toOffset: UInt64(offset))
    }
  }

  /// Ends the file, which is on the disk then.
  func close() throws(JobError) {
    try flush()
    try saying {
      try handle.synchronize()
      try handle.close()
    }
    digest = hash.hexadecimal()
  }

  private func flush() throws(JobError) {
    try saying { try handle.write(contentsOf: buffer) }
    hash.update(buffer)
    buffer = Data()
  }

  private func saying(_ body: () throws -> Void) throws(JobError) {
    do { try body() } catch let error as JobError { throw error } catch {
      throw JobError(.unwritable(path: name, reason: systemReason(error)))
    }
  }
}
