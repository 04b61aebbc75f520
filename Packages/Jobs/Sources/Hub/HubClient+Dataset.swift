/// What the Hub lists of a data set at a revision.
public struct HubDatasetFiles: Sendable {
  /// The paths of all its files.
  public let names: [String]
  let repository: HubModel
  let commit: String
}

extension HubClient {
  /// The branch on which the Hub keeps data sets as Parquet files, whatever form they came in:
  /// `CONFIGURATION/SPLIT/0000.parquet`.
  public static let parquetBranch = "refs/convert/parquet"

  /// The names of a data set's files.
  ///
  /// - Throws: ``HubError``, also where `HF_HUB_OFFLINE` forbids to ask.
  public func files(ofDataset name: String, revision: String = "main") throws(HubError) -> HubDatasetFiles {
    guard !settings.isOffline else { throw HubError(.offline(.dataset(name), cache: nil)) }
    let repository = try HubModel(dataset: name, revision: revision)
    let listing = try listing(of: repository)
    return HubDatasetFiles(names: listing.files, repository: repository, commit: listing.commit)
  }

  /// Brings files into the cache, each whole and compared with its digest.
  ///
  /// - Returns: Their paths, in the same order.
  /// - Throws: ``HubError``. What has arrived stays, and the same call resumes it.
  public func fetch(_ names: [String], of files: HubDatasetFiles) throws(HubError) -> [String] {
    let cache = HubCache(root: settings.cache, model: files.repository)
    var paths: [String] = []
    for name in names {
      let path = "\(cache.snapshot(files.commit))/\(name)"
      if HubCache.size(path) == nil { try download(name, of: files.commit, into: cache) }
      paths.append(path)
    }
    try cache.write(commit: files.commit)
    return paths
  }
}
