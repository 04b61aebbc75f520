internal import Foundation
internal import Synchronization

/// Writes the body of a transfer behind what an earlier one left, or from the beginning if the server begins
/// anew.
final class BlobWriter: HTTPExchange.Sink {
  private struct State {
    var handle: FileHandle?
    var written = 0
  }

  private let path: String
  private let offset: Int
  private let size: Int?
  private let progress: @Sendable (Int) -> Void
  private let state = Mutex(State())

  /// - Parameters:
  ///   - offset: Bytes that are there, which the request asks to skip.
  ///   - size: Bytes of the whole; more are refused.
  ///   - progress: Is told how many bytes there are.
  init(_ path: String, offset: Int, size: Int?, progress: @escaping @Sendable (Int) -> Void) {
    self.path = path
    self.offset = offset
    self.size = size
    self.progress = progress
  }

  func begin(_ head: HTTPExchange.Head) throws(HubError) {
    guard head.status == 200 || head.status == 206 else { return }
    let start = head.status == 206 ? offset : 0
    if head.status == 206, let range = head.headers["content-range"], !range.hasPrefix("bytes \(offset)-") {
      throw HubError(.damaged, "asked for bytes from \(offset), the server sends '\(range)'")
    }
    let path = path
    try HubCache.attempt("write '\(path)'") {
      if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
      let handle = try FileHandle(forWritingTo: URL(filePath: path))
      try handle.truncate(atOffset: UInt64(start))
      state.withLock {
        $0.handle = handle
        $0.written = start
      }
    }
    progress(start)
  }

  func take(_ bytes: Data) throws(HubError) {
    let written = try state.withLock { state throws(HubError) -> Int? in
      guard let handle = state.handle else { return nil }
      state.written += bytes.count
      if let size, state.written > size {
        throw HubError(.damaged, "'\(path)' was announced with \(size) bytes, and more arrive")
      }
      try HubCache.attempt("write '\(path)'") { try handle.write(contentsOf: bytes) }
      return state.written
    }
    if let written { progress(written) }
  }

  /// Brings what arrived to the disk.
  func close() throws(HubError) {
    try state.withLock { state throws(HubError) in
      guard let handle = state.handle else { return }
      state.handle = nil
      try HubCache.attempt("write '\(path)'") {
        try handle.synchronize()
        try handle.close()
      }
    }
  }
}
