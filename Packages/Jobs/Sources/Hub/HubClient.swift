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
    /// Of the whole file, where it is announced.
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
  /// - Throws: ``HubError``. What has arrived stays, and the same call resumes it.
  public func folder(of model: HubModel) throws(HubError) -> String {
    let cache = HubCache(root: settings.cache, model: model)
    if let commit = cache.commit, ModelFiles.isComplete(cache.snapshot(commit)) {
      return cache.snapshot(commit)
    }
    guard !settings.isOffline else {
      throw HubError(.offline(.repository(model), cache: settings.cache))
    }
    let listing = try listing(of: model)
    for file in try ModelFiles.needed(among: listing.files, of: model) {
      try download(file, of: listing.commit, into: cache)
    }
    try cache.write(commit: listing.commit)
    return cache.snapshot(listing.commit)
  }

  func listing(of model: HubModel) throws(HubError) -> HubListing {
    // A slash of the revision is no step of the path.
    let revision = model.revision.split(separator: "/").joined(separator: "%2F")
    let place = settings.endpoint.appending(path: "api/\(model.kind.rawValue)s/\(model.path)/revision/")
      .absoluteString
    guard let url = URL(string: place + revision) else {
      throw HubError(.noRevisionName(model.revision, in: "\(model)"))
    }
    let (head, body) = try http.body(
      of: url, .answer(host: host, about: .repository(model)), limit: Self.listingLimit)
    try check(head, model)
    return try HubListing(json: body, of: model, from: host)
  }

  private var host: String { settings.endpoint.host ?? "" }

  /// What the Hub lists of a model with ten thousand files takes about a tenth of this.
  private static let listingLimit = 8 << 20

  /// - Throws: For any status but success, and for redirects that are not followed.
  func check(_ head: HTTPHead, _ model: HubModel, file: String? = nil) throws(HubError) {
    if head.isSuccess { return }
    let hasToken = settings.token != nil
    let item = HubError.Item.repository(model)
    let kind: HubError.Kind =
      switch (head.status, head.headers["x-error-code"]) {
      case (_, "GatedRepo"?):
        .gated(
          model: "\(model)", address: "\(settings.endpoint.absoluteString)/\(model.kind.prefix)\(model.path)",
          hasToken: hasToken)
      case (401, _), (403, _): .hidden(item, host: host, hasToken: hasToken)
      case (404, "RevisionNotFound"?):
        .noRevision(of: model.kind, name: model.path, revision: model.revision, host: host)
      case (404, _):
        .notFound(file.map { .file($0, of: item) } ?? item, host: host)
      case (429, _): .busy(host: host, item)
      default: .status(head.status, host: host, item)
      }
    throw HubError(kind)
  }
}
