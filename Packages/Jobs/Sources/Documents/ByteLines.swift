import Basics
import Compression
import Foundation

/// The lines of a file as bytes, read a mebibyte at a time, so that the file may be larger than the memory. A file whose name
/// ends in `.gz` or `.zst` is decompressed.
///
/// A byte order mark at the beginning is no part of the first line.
public struct ByteLines {
  public let path: String
  private let handle: FileHandle?
  private let decompressor: (any StreamDecompressor)?
  private let endsAtReturn: Bool
  private var buffer: [UInt8] = []
  /// Where in the buffer the next line begins.
  private var position = 0
  private var isAtEnd = false
  /// How many bytes of the file were read.
  public private(set) var bytesRead = 0
  /// Of the line that was last taken, from 1.
  public private(set) var number = 0

  private static let chunk = 1 << 20
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// - Parameter endsAtReturn: Whether lines end at CR, too, and not at LF and CRLF alone.
  /// - Throws: ``DocumentError`` for a file that is missing or cannot be read.
  public init(path: String, endsAtReturn: Bool = false) throws(DocumentError) {
    do throws(InputFileError) { handle = try openInput(path) } catch {
      throw DocumentError(error, path: path)
    }
    self.path = path
    decompressor = try Self.decompressor(of: path)
    self.endsAtReturn = endsAtReturn
    try fill()
    skipByteOrderMark()
  }

  /// The lines of bytes that were read already; `path` names them in errors.
  public init(_ bytes: some Sequence<UInt8>, path: String, endsAtReturn: Bool = false) {
    self.path = path
    self.endsAtReturn = endsAtReturn
    handle = nil
    decompressor = nil
    buffer = Array(bytes)
    bytesRead = buffer.count
    isAtEnd = true
    skipByteOrderMark()
  }

  static func isEnd(_ byte: UInt8) -> Bool { byte == newline || byte == carriageReturn }

  /// Whether a line has nothing but blanks and its end.
  public static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
    line.allSatisfy { $0 == 0x20 || $0 == 0x09 || isEnd($0) }
  }

  /// The next line with its end, or `nil` after the last.
  ///
  /// - Throws: ``DocumentError`` for a file that cannot be read on.
  public mutating func next() throws(DocumentError) -> ArraySlice<UInt8>? {
    var searched = position
    while true {
      if let end = end(from: searched) { return take(through: end) }
      if isAtEnd { return position < buffer.count ? take(through: buffer.count - 1) : nil }
      let length = buffer.count - position - (buffer.last == Self.carriageReturn ? 1 : 0)
      try fill()
      searched = position + max(length, 0)
    }
  }

  private mutating func take(through end: Int) -> ArraySlice<UInt8> {
    defer { position = end + 1 }
    number += 1
    return buffer[position...end]
  }

  /// The last byte of the line; `nil` where more has to be read to know it.
  private func end(from searched: Int) -> Int? {
    var index = searched
    while index < buffer.count {
      let byte = buffer[index]
      if byte == Self.newline { return index }
      if endsAtReturn, byte == Self.carriageReturn {
        guard index + 1 < buffer.count else { return isAtEnd ? index : nil }
        return buffer[index + 1] == Self.newline ? index + 1 : index
      }
      index += 1
    }
    return nil
  }

  private mutating func fill() throws(DocumentError) {
    buffer.removeFirst(position)  // lets go of the lines that were taken
    position = 0
    let handle = handle
    var taken = 0
    let read: () throws -> [UInt8] = {
      let bytes = try handle?.read(upToCount: Self.chunk) ?? Data()
      taken += bytes.count
      return Array(bytes)
    }
    defer { bytesRead += taken }
    do {
      let more = try decompressor.map { try $0.next(Self.chunk, read) } ?? read()
      isAtEnd = more.isEmpty
      buffer += more
    } catch let error as CompressionError {
      throw DocumentError(.compressed(error), path: path)
    } catch { throw DocumentError(.unreadable(reason: error.localizedDescription), path: path) }
  }

  private static func decompressor(of path: String) throws(DocumentError) -> (any StreamDecompressor)? {
    do throws(CompressionError) {
      switch (path as NSString).pathExtension {
      case "gz": return try GzipStream()
      case "zst": return try ZstandardStream()
      default: return nil
      }
    } catch { throw DocumentError(.compressed(error), path: path) }
  }

  private mutating func skipByteOrderMark() {
    if buffer.starts(with: Self.byteOrderMark) { position = Self.byteOrderMark.count }
  }

  /// Text of a line of this file.
  ///
  /// - Throws: ``DocumentError`` naming the line whose bytes are not UTF-8.
  public func text(_ bytes: ArraySlice<UInt8>, line: Int? = nil) throws(DocumentError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw DocumentError(.notUTF8, path: path, at: .line(line ?? number))
    }
    return text
  }
}
