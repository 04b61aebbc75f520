internal import Files
internal import Foundation

/// Writes the body of a transfer behind what an earlier one left, or from the beginning if the server begins anew.
///
/// Bytes of two versions of a file are never joined: a part is continued only by a response whose range and ETag fit it.
final class BlobWriter: HTTPSink {
  /// What is known of the bytes that are there or will come.
  struct Part: Sendable {
    /// The ETag with which the server sent the first bytes; `nil` where none is known.
    var etag: String?
    /// Bytes of the whole; more are refused.
    var size: Int?
  }

  private(set) var part: Part
  private let path: String
  private let file: HubFile
  private let offset: Int
  private let progress: (Int, Int?) -> Void
  private var handle: FileHandle?
  private var written = 0

  /// - Parameters:
  ///   - offset: Bytes that are there, which the request asks to skip.
  ///   - progress: Receives how many bytes there are, and how many there will be.
  init(
    _ file: HubFile, at path: String, offset: Int, part: Part, progress: @escaping (Int, Int?) -> Void
  ) {
    self.path = path
    self.file = file
    self.offset = offset
    self.part = part
    self.progress = progress
  }

  func begin(_ head: HTTPHead) throws(HubError) {
    switch head.status {
    case 200: try beginWhole(head)
    case 206: try beginRange(head)
    default: throw HubError(.notUnderstood(file.item, status: head.status))
    }
    let (path, start) = (path, written)
    handle = try HubCache.attempt("write '\(path)'") {
      let handle = try FileHandle.continuing(path)
      try handle.truncate(atOffset: UInt64(start))
      try handle.seekToEnd()
      return handle
    }
    progress(start, part.size)
  }

  private func beginWhole(_ head: HTTPHead) throws(HubError) {
    if part.size == nil { part.size = try file.checkedSize(head.contentLength) }
    guard file.accepts(etag: head.etag, of: nil) else { throw HubError(.changed(file: file.name)) }
    part.etag = head.etag
    written = 0
  }

  private func beginRange(_ head: HTTPHead) throws(HubError) {
    let header = head.headers["content-range"] ?? ""
    guard offset > 0, let range = ContentRange(header), range.start == offset,
      part.size == nil || range.total == nil || range.total == part.size
    else { throw HubError(.wrongRange(start: offset, found: header)) }
    guard file.accepts(etag: head.etag, of: part.etag) else { throw HubError(.changed(file: file.name)) }
    if part.size == nil { part.size = try file.checkedSize(range.total) }
    written = offset
  }

  func take(_ bytes: UnsafeRawBufferPointer) throws(HubError) {
    guard let handle else { return }
    let limit = part.size ?? file.limit
    guard bytes.count <= limit - written else {
      if let size = part.size { throw HubError(.moreThanAnnounced(path: path, size: size)) }
      throw HubError(.tooLong(file.item, limit: limit))
    }
    try HubCache.attempt("write '\(path)'") { try handle.write(contentsOf: Data(bytes)) }
    written += bytes.count
    progress(written, part.size)
  }

  /// Brings what arrived to the disk.
  func close() throws(HubError) {
    guard let handle else { return }
    self.handle = nil
    try HubCache.attempt("write '\(path)'") {
      try handle.synchronize()
      try handle.close()
    }
  }
}

/// The header of a response that holds a part of a resource: `bytes START-END/TOTAL`.
///
/// - Source: RFC 9110, section 14.4.
struct ContentRange {
  let start: Int
  /// `nil` where the server does not know it.
  let total: Int?

  init?(_ header: String) {
    guard let match = header.wholeMatch(of: /bytes ([0-9]+)-([0-9]+)\/([0-9]+|\*)/),
      let start = Int(match.1), let end = Int(match.2), start <= end
    else { return nil }
    self.start = start
    total = Int(match.3)
    guard match.3 == "*" || end < (total ?? 0) else { return nil }
  }
}
