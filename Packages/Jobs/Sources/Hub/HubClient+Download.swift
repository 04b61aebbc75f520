internal import Foundation

extension HubClient {
  func download(_ name: String, of commit: String, into cache: HubCache) throws(HubError) {
    let url = settings.endpoint.appending(
      path: "\(cache.model.kind.prefix)\(cache.model.path)/resolve/\(commit)/\(name)")
    let file = try describe(url, name, cache.model)
    let blob = cache.blob(file.etag)
    try cache.withLock(file.etag) { () throws(HubError) in
      guard HubCache.size(blob) == nil else { return }
      let incomplete = cache.incomplete(file.etag)
      try cache.makeFolder(above: incomplete)
      try fetch(url, file, into: incomplete)
      try HubCache.attempt("write '\(blob)'") { try HubCache.move(incomplete, to: blob) }
    }
    try cache.link(name, of: commit, to: file.etag)
  }

  /// The size and digest stand in the Hub's own response, before it redirects to where the bytes are.
  private func describe(_ url: URL, _ name: String, _ model: HubModel) throws(HubError) -> HubFile {
    let head = try http.send(.head, url, leavesHost: false, into: HeadOnlySink())
    if !head.isRedirect { try check(head, model, file: name) }
    return try HubFile(name, of: model, head)
  }

  /// Fetches a file, resuming where a transfer broke, until it is whole.
  private func fetch(_ url: URL, _ file: HubFile, into path: String) throws(HubError) {
    var part = BlobWriter.Part(size: file.size)
    var (failures, restarts) = (0, 0)
    while true {
      let before = HubCache.size(path) ?? 0
      do throws(HubError) {
        try transfer(url, file, &part, from: before, into: path)
        break
      } catch {
        guard error.isInterruption else {
          if error.remedy == .damaged { HubCache.remove(path) }
          throw error
        }
        if error.isOfAnotherVersion {
          HubCache.remove(path)
          part = BlobWriter.Part(size: file.size)
          restarts += 1
        }
        // A connection that brings hardly anything counts as one that brings nothing.
        failures = (HubCache.size(path) ?? 0) - before >= 1 << 16 ? 0 : failures + 1
        guard max(failures, restarts) <= settings.retries else {
          throw HubError(.resumable(file: file.name, model: "\(file.model)", error))
        }
        if failures > 0 { Thread.sleep(forTimeInterval: min(0.2 * Double(1 << min(failures, 10)), 5)) }
      }
    }
    guard try BlobDigest.matches(path, etag: file.etag) else {
      HubCache.remove(path)
      throw HubError(.wrongDigest(file: file.name, model: "\(file.model)", expected: file.etag))
    }
  }

  private func transfer(
    _ url: URL, _ file: HubFile, _ part: inout BlobWriter.Part, from arrived: Int, into path: String
  ) throws(HubError) {
    var start = arrived
    if let size = part.size, start == size, size > 0, BlobDigest.isDigest(file.etag) { return }
    if start >= part.size ?? Int.max || !file.canResume(part.etag) {
      HubCache.remove(path)
      start = 0
    }
    let report = progress
    let writer = BlobWriter(file, at: path, offset: start, part: part) { bytes, total in
      report(Progress(file: file.name, bytes: bytes, total: total))
    }
    defer { part = writer.part }  // also of a transfer that broke: the rest must be of the same version
    let head = try send(url, file, from: start, into: writer)
    if head.status == 416 { throw HubError(.noRange(file: file.name, start: start)) }
    try check(head, file.model, file: file.name)
    let now = HubCache.size(path) ?? 0
    if let size = writer.part.size, now != size {
      throw HubError(.incomplete(file: file.name, arrived: now, expected: size))
    }
  }

  /// Requests the bytes from `start` on; what arrived is on the disk whether this throws or not.
  private func send(
    _ url: URL, _ file: HubFile, from start: Int, into writer: BlobWriter
  ) throws(HubError) -> HTTPHead {
    var headers: [String: String] = [:]
    if start > 0 {
      headers["Range"] = "bytes=\(start)-"
      headers["If-Range"] = file.validator(of: writer.part.etag)
    }
    let head: HTTPHead
    do throws(HubError) { head = try http.send(.get, url, headers: headers, into: writer) } catch {
      try writer.close()
      throw error
    }
    try writer.close()
    return head
  }
}
