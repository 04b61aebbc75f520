import Files
import Foundation

/// The lines of a file as bytes, read a mebibyte at a time, so that the file may be larger than the memory.
struct ByteLines {
  private let path: String
  private let handle: FileHandle
  private var buffer = Data()
  private var isAtEnd = false
  /// How many bytes of the file were read.
  private(set) var bytesRead = 0
  /// Of the line that was last taken, from 1.
  private(set) var number = 0

  private static let chunk = 1 << 20

  /// - Throws: ``JobError`` for a file that is missing or cannot be read.
  init(path: String) throws(JobError) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw JobError(.missingInput, "there is no file '\(path)' in data/dataset")
    }
    guard !isDirectory.boolValue, let handle = FileHandle(forReadingAtPath: path) else {
      throw JobError(
        .missingInput, "cannot read '\(path)': \(isDirectory.boolValue ? "is a folder" : "no permission")")
    }
    self.path = path
    self.handle = handle
  }

  /// The next line with its end, or `nil` after the last.
  mutating func next() throws(JobError) -> Data? {
    var searched = buffer.startIndex
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { buffer = buffer[(end + 1)...] }
        number += 1
        return buffer[...end]
      }
      if isAtEnd {
        guard !buffer.isEmpty else { return nil }
        defer { buffer = Data() }
        number += 1
        return buffer
      }
      let length = buffer.count
      try fill()
      searched = buffer.startIndex + length
    }
  }

  private mutating func fill() throws(JobError) {
    buffer = Data(buffer)  // lets go of the lines that were taken
    do {
      guard let more = try handle.read(upToCount: Self.chunk), !more.isEmpty else {
        isAtEnd = true
        return
      }
      bytesRead += more.count
      buffer += more
    } catch { throw JobError(.badData, "cannot read '\(path)': \(reason(error))") }
  }

  /// Text of a line of this file.
  ///
  /// - Throws: ``JobError`` naming the line whose bytes are not UTF-8.
  func text(_ bytes: Data, line: Int? = nil) throws(JobError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw JobError(.badData, "'\(path)', line \(line ?? number): not UTF-8")
    }
    return text
  }
}
