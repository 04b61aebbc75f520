internal import Foundation

extension HubClient {
  /// What the Hub says of a file before it is fetched.
  private struct Description {
    /// The name of its blob.
    var etag: String
    var size: Int?
  }

  func download(_ file: String, of commit: String, into cache: HubCache) throws(HubError) {
    let url = settings.endpoint.appending(path: "\(cache.model.path)/resolve/\(commit)/\(file)")
    let description = try describe(url, file, cache.model)
    let blob = cache.blob(description.etag)
    try HubCache.withLock(cache.lockFile(description.etag)) { () throws(HubError) in
      guard HubCache.size(blob) == nil else { return }
      let incomplete = cache.incomplete(description.etag)
      try HubCache.attempt("write '\(incomplete)'") { try HubCache.makeDirectory(above: incomplete) }
      try fetch(url, file, description, into: incomplete, cache.model)
      try HubCache.attempt("write '\(blob)'") { try HubCache.move(incomplete, to: blob) }
    }
    try cache.link(file, of: commit, to: description.etag)
  }

  /// The size and digest stand in the Hub's own answer, before it redirects to where the bytes are.
  private func describe(_ url: URL, _ file: String, _ model: HubModel) throws(HubError) -> Description {
    let head = try http.send(.head, url, leavesHost: false, into: NoBody())
    if !HTTPClient.isRedirect(head) { try check(head, model, file: file) }
    let tag = head.headers["x-linked-etag"] ?? head.headers["etag"] ?? ""
    let etag = (tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag).trimmingCharacters(in: ["\""])
    guard !etag.isEmpty, etag.utf8.count <= 128, !etag.hasPrefix("."),
      etag.utf8.allSatisfy({ HubModel.isLetterOrDigit($0) || "-_.".utf8.contains($0) })
    else {
      throw HubError(
        .damaged, "the Hub does not say which bytes '\(file)' of '\(model)' has: its ETag is '\(tag)'")
    }
    let length =
      head.headers["x-linked-size"] ?? (HTTPClient.isRedirect(head) ? nil : head.headers["content-length"])
    return Description(etag: etag, size: length.flatMap(Int.init))
  }

  /// Fetches a file, going on where a transfer broke, until it is whole.
  private func fetch(
    _ url: URL, _ file: String, _ description: Description, into path: String, _ model: HubModel
  ) throws(HubError) {
    var failures = 0
    while true {
      let before = HubCache.size(path) ?? 0
      do throws(HubError) {
        try transfer(url, file, description, from: before, into: path, model)
        break
      } catch {
        guard error.kind == .transfer else { throw error }
        failures = (HubCache.size(path) ?? 0) > before ? 0 : failures + 1
        guard failures <= settings.retries else {
          throw HubError(.transfer, "\(error); '\(file)' of '\(model)' is resumed when you try again")
        }
        if failures > 0 { Thread.sleep(forTimeInterval: min(0.2 * Double(1 << failures), 5)) }
      }
    }
    guard try BlobDigest.matches(path, etag: description.etag) else {
      try? FileManager.default.removeItem(atPath: path)
      throw HubError(
        .damaged, "'\(file)' of '\(model)' arrived damaged: its digest is not '\(description.etag)'")
    }
  }

  private func transfer(
    _ url: URL, _ file: String, _ description: Description, from start: Int, into path: String,
    _ model: HubModel
  ) throws(HubError) {
    var start = start
    if let size = description.size, start >= size {
      if start == size, size > 0 { return }
      try? FileManager.default.removeItem(atPath: path)
      start = 0
    }
    let report = progress
    let writer = BlobWriter(path, offset: start, size: description.size) { bytes in
      report(Progress(file: file, bytes: bytes, total: description.size))
    }
    let head: HTTPExchange.Head
    do throws(HubError) {
      head = try http.send(.get, url, headers: start > 0 ? ["Range": "bytes=\(start)-"] : [:], into: writer)
    } catch {
      try writer.close()
      throw error
    }
    try writer.close()
    if head.status == 416 {
      try? FileManager.default.removeItem(atPath: path)
      throw HubError(.transfer, "the server does not have the bytes of '\(file)' from \(start) on")
    }
    try check(head, model, file: file)
    let arrived = HubCache.size(path) ?? 0
    guard description.size == nil || arrived == description.size else {
      throw HubError(
        .transfer, "the transfer of '\(file)' broke after \(arrived) of \(description.size ?? 0) bytes")
    }
  }
}
