internal import Foundation

/// Finds models in Hugging Face's cache, and downloads into it what is missing.
///
///     let folder = try HubClient(HubSettings()).folder(of: HubModel("HuggingFaceTB/SmolLM2-135M"))
///
/// A model that is complete in the cache is used as it is, without a question to the Hub: a branch stays at
/// the commit it had when it was downloaded. Calls block; keep them off the threads of Swift's cooperative
/// pool.
public struct HubClient: Sendable {
  /// How far a download is.
  public struct Progress: Sendable, Equatable {
    public var file: String
    public var bytes: Int
    /// Of the whole file, where the Hub tells.
    public var total: Int?

    public init(file: String, bytes: Int, total: Int? = nil) {
      (self.file, self.bytes, self.total) = (file, bytes, total)
    }
  }

  public let settings: HubSettings
  let http: HTTPClient
  let progress: @Sendable (Progress) -> Void

  /// - Parameter progress: Called from other threads while files arrive.
  public init(_ settings: HubSettings, progress: @escaping @Sendable (Progress) -> Void = { _ in }) {
    self.settings = settings
    self.progress = progress
    http = HTTPClient(settings: settings)
  }

  /// The folder of a model's files: its snapshot in the cache.
  ///
  /// - Throws: ``HubError``. What has arrived stays, and the same call goes on from there.
  public func folder(of model: HubModel) throws(HubError) -> String {
    let cache = HubCache(root: settings.cache, model: model)
    if let commit = cache.commit, BackboneFiles.isComplete(cache.snapshot(commit)) {
      return cache.snapshot(commit)
    }
    guard !settings.isOffline else {
      throw HubError(
        .missing,
        "model '\(model)' is not in the cache '\(settings.cache)', and HF_HUB_OFFLINE forbids to download it")
    }
    let listing = try listing(of: model)
    for file in try BackboneFiles.needed(among: listing.files, of: model) {
      try download(file, of: listing.commit, into: cache)
    }
    try cache.write(commit: listing.commit)
    return cache.snapshot(listing.commit)
  }

  private func listing(of model: HubModel) throws(HubError) -> HubListing {
    let url = settings.endpoint.appending(path: "api/models/\(model.path)/revision/\(model.revision)")
    let (head, body) = try http.body(of: url)
    try check(head, model)
    return try HubListing(json: body, of: model)
  }

  /// - Throws: For any status but success, and for redirects that nobody may follow.
  func check(_ head: HTTPExchange.Head, _ model: HubModel, file: String? = nil) throws(HubError) {
    let host = settings.endpoint.host ?? ""
    let code = head.headers["x-error-code"]
    switch (head.status, code) {
    case (200..<300, _): return
    case (_, "GatedRepo"?):
      throw HubError(
        .unauthorized,
        "model '\(model)' is gated: accept its terms at "
          + "'\(settings.endpoint.absoluteString)/\(model.path)' and "
          + (settings.token == nil ? "give your token in HF_TOKEN" : "use a token of that account"))
    case (401, _), (403, _):
      throw HubError(
        .unauthorized,
        settings.token == nil
          ? "'\(host)' does not show '\(model)' to strangers: check its name, or give a token in "
            + "HF_TOKEN or in the file "
            + "'token' of HF_HOME"
          : "'\(host)' does not show '\(model)' to the owner of this token: check its name and the "
            + "token's rights"
      )
    case (404, "RevisionNotFound"?):
      throw HubError(.missing, "model '\(model.path)' has no revision '\(model.revision)' on '\(host)'")
    case (404, _):
      let what = file.map { "file '\($0)' of model '\(model)'" } ?? "model '\(model)'"
      throw HubError(.missing, "'\(host)' has no \(what)")
    case (429, _): throw HubError(.transfer, "'\(host)' asks us to wait before we ask for '\(model)' again")
    default: throw HubError(.transfer, "'\(host)' answers \(head.status) when asked for '\(model)'")
    }
  }
}
