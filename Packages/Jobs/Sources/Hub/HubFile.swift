/// A file of a model, as the Hub describes it before it is fetched.
struct HubFile: Sendable {
  let name: String
  let model: HubModel
  /// The name of its blob: a digest of its bytes, or a version that some mirror gives.
  let etag: String
  /// The announced length of the whole.
  private(set) var size: Int?
  /// The ETag that the body has to have, where the server that describes the file also sends it and the tag is no digest.
  private let bodyTag: String?

  /// What a settings or tokenizer file may have; 4 TiB where it is weights or data.
  var limit: Int { isLarge ? 1 << 42 : 64 << 20 }

  private var isLarge: Bool {
    let endings = model.kind == .model ? ["safetensors", "gguf"] : Self.dataEndings
    return endings.contains { name.hasSuffix(".\($0)") }
  }

  private static let dataEndings = ["parquet", "arrow", "jsonl", "json", "csv", "tsv", "gz", "zst"]

  var item: HubError.Item { .file(name, of: .repository(model)) }

  /// - Throws: ``HubError`` for a head without a usable tag, or that announces more than any such file has.
  init(_ name: String, of model: HubModel, _ head: HTTPHead) throws(HubError) {
    self.name = name
    self.model = model
    let tag = head.headers["x-linked-etag"] ?? head.etag ?? ""
    etag = (tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag).trimmed(of: "\"")
    let isOwnBody = head.headers["x-linked-etag"] == nil && !head.isRedirect
    bodyTag = isOwnBody && !BlobDigest.isDigest(etag) ? tag : nil
    guard !etag.isEmpty, etag.utf8.count <= 128, !etag.hasPrefix("."),
      etag.utf8.allSatisfy({ HubModel.isLetterOrDigit($0) || "-_.".utf8.contains($0) })
    else { throw HubError(.noTag(file: name, model: "\(model)", found: tag)) }
    let length =
      head.headers["x-linked-size"].flatMap(Int.init) ?? (head.isRedirect ? nil : head.contentLength)
    size = try length.map { length throws(HubError) in try checked(length) }
  }

  /// A length that the server announces with the body.
  ///
  /// - Throws: ``HubError`` for weights of unknown length, which could fill the disk, and for too many bytes.
  func checkedSize(_ length: Int?) throws(HubError) -> Int? {
    guard let length else {
      guard isLarge else { return nil }
      throw HubError(.noSize(file: name, model: "\(model)"))
    }
    return try checked(length)
  }

  private func checked(_ length: Int) throws(HubError) -> Int {
    guard (0...limit).contains(length) else { throw HubError(.tooLong(item, limit: limit)) }
    return length
  }

  /// Whether a body with this ETag may be taken, behind a part that came with another. A file that is named by its digest
  /// is checked as a whole in any case.
  func accepts(etag: String?, of part: String?) -> Bool {
    if let part, etag != part { return false }
    return bodyTag == nil || etag == bodyTag
  }

  /// The tag with which a server is asked to continue a part only if it is of the same version; weak tags do not say that.
  func validator(of part: String?) -> String? {
    (part ?? bodyTag).flatMap { $0.hasPrefix("W/") ? nil : $0 }
  }

  /// Whether a part may be continued: the digest of the whole would show a mix, or the server is asked for this version.
  func canResume(_ part: String?) -> Bool { BlobDigest.isDigest(etag) || validator(of: part) != nil }
}

extension String {
  fileprivate func trimmed(of character: Character) -> String {
    var text = Substring(self)
    while text.first == character { text.removeFirst() }
    while text.last == character { text.removeLast() }
    return String(text)
  }
}
