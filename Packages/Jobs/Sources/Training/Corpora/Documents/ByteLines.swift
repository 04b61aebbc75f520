import Files
import Foundation
import Jobs

/// The lines of a file as bytes, read a mebibyte at a time, so that the file may be larger than the memory.
struct ByteLines {
  private let path: String
  private let handle: FileHandle
  private let endsAtReturn: Bool
  private var buffer = Data()
  private var isAtEnd = false
  /// How many bytes of the file were read.
  private(set) var bytesRead = 0
  /// Of the line that was last taken, from 1.
  private(set) var number = 0

  private static let chunk = 1 << 20
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// - Parameter endsAtReturn: Whether lines end at CR, too, and not at LF and CRLF alone.
  /// - Throws: ``JobError`` for a file that is missing or cannot be read.
  init(path: String, endsAtReturn: Bool = false) throws(JobError) {
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
    self.endsAtReturn = endsAtReturn
  }

  static func isEnd(_ byte: UInt8) -> Bool { byte == newline || byte == carriageReturn }

  /// The next line with its end, or `nil` after the last.
  mutating func next() throws(JobError) -> Data? {
    var searched = buffer.startIndex
    while true {
      if let end = end(from: searched) {
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
      let length = buffer.count - (buffer.last == Self.carriageReturn ? 1 : 0)
      try fill()
      searched = buffer.startIndex + length
    }
  }

  /// The last byte of the line; `nil` where more has to be read to know it.
  private func end(from searched: Data.Index) -> Data.Index? {
    let end = buffer[searched...].firstIndex {
      $0 == Self.newline || endsAtReturn && $0 == Self.carriageReturn
    }
    guard let end, buffer[end] == Self.carriageReturn else { return end }
    let next = end + 1
    guard next < buffer.endIndex else { return isAtEnd ? end : nil }
    return buffer[next] == Self.newline ? next : end
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
