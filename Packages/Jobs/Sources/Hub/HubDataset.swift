internal import Foundation

/// A data set of the Hub, page by page, from the server that knows its rows.
///
///     let dataset = HubDataset("openai/gsm8k", try HubSettings())
///     try dataset.pages(of: "test", configuration: "main") { page in … }
///
/// - Source: the Hub's dataset viewer API, `/splits` and `/rows`.
public struct HubDataset: Sendable {
  public let name: String
  private let http: HTTPClient
  private let server: URL

  /// The most rows of a page that the server gives.
  private static let rowsPerPage = 100
  /// Bytes of a page.
  private static let pageLimit = 64 << 20

  /// - Throws: ``HubError`` where `HF_HUB_OFFLINE` forbids to ask, and for a name that would leave a folder.
  public init(_ name: String, _ settings: HubSettings) throws(HubError) {
    guard !settings.isOffline else {
      throw HubError(.offline(.dataset(name), cache: nil))
    }
    try Self.check(name, as: "the name", of: name)
    self.name = name
    server = settings.datasetServer
    var settings = settings
    // The token is for the Hub, whose server this is.
    settings.endpoint = server
    http = HTTPClient(settings: settings)
  }

  /// Calls `body` with each page of a split, in order: the server's JSON, whose `rows` are objects with the keys `row` and
  /// `truncated_cells`.
  ///
  /// - Parameters:
  ///   - configuration: Which of the data set's configurations; its `default` or only one where not given.
  ///   - body: Also gets how many rows there are up to this page's end, and in all.
  /// - Throws: ``HubError``, with the names that there are for one that there is not; what `body` throws.
  public func pages(
    of split: String, configuration: String?,
    _ body: (_ json: String, _ rows: Int, _ total: Int) throws -> Void
  ) throws {
    try Self.check(split, as: "split", of: name)
    if let configuration { try Self.check(configuration, as: "configuration", of: name) }
    let configuration = try checkedConfiguration(configuration, split)
    var read = 0
    var total: Int?
    while read < total ?? 1 {
      let data = try get(
        "rows",
        [
          "config": configuration, "split": split, "offset": "\(read)", "length": "\(Self.rowsPerPage)",
        ])
      guard let page = try? JSONDecoder().decode(Page.self, from: data),
        let text = String(data: data, encoding: .utf8)
      else { throw notUnderstood }
      guard page.partial != true else { throw HubError(.onlyPart(dataset: name, host: server.host ?? "")) }
      try check(page, from: read, before: total)
      read += page.rows.count
      total = page.total
      try body(text, read, page.total)
    }
  }

  /// The rows of a page are those that were asked for: in order, each once, of a number that does not change.
  private func check(_ page: Page, from start: Int, before total: Int?) throws(HubError) {
    func wrong(_ rows: HubError.Rows) -> HubError { HubError(.wrongRows(dataset: name, rows)) }
    guard page.total >= 0, total == nil || page.total == total else {
      throw wrong(.total(before: total ?? 0, found: page.total))
    }
    guard page.rows.count <= min(Self.rowsPerPage, page.total - start) else {
      throw wrong(.excess(count: start + page.rows.count, total: page.total))
    }
    guard !page.rows.isEmpty || page.total == 0 else { throw wrong(.missing) }
    for (offset, row) in page.rows.enumerated() where row.index != start + offset {
      throw wrong(.index(expected: start + offset, found: row.index))
    }
  }

  /// A name from a task file becomes part of a path: none of its parts may lead out of a folder.
  private static func check(_ text: String, as what: String, of dataset: String) throws(HubError) {
    guard HubListing.isInside(text) else {
      throw HubError(.leavesFolder(what: what, name: text, dataset: dataset))
    }
  }

  private struct Page: Decodable {
    struct Row: Decodable {
      var index: Int
      enum CodingKeys: String, CodingKey { case index = "row_idx" }
    }
    var rows: [Row]
    var total: Int
    var partial: Bool?
    enum CodingKeys: String, CodingKey {
      case rows, partial
      case total = "num_rows_total"
    }
  }

  private struct Splits: Decodable {
    struct Split: Decodable {
      var config: String
      var split: String
    }
    var splits: [Split]
  }

  private var host: String { server.host ?? "" }
  private var answer: HubError.Item { .answer(host: host, about: .dataset(name)) }

  private var notUnderstood: HubError {
    HubError(.notUnderstood(answer))
  }

  /// The configuration that is meant, after a look at what there is.
  private func checkedConfiguration(_ wanted: String?, _ split: String) throws(HubError) -> String {
    let answer = try get("splits", [:])
    guard let all = try? JSONDecoder().decode(Splits.self, from: answer).splits else { throw notUnderstood }
    let names = Set(all.map(\.config)).sorted()
    let name = wanted ?? (names.count == 1 ? names[0] : "default")
    guard names.contains(name) else {
      throw HubError(.noConfiguration(dataset: self.name, name: name, known: names))
    }
    let splits = all.filter { $0.config == name }.map(\.split)
    guard splits.contains(split) else {
      throw HubError(.noSplit(dataset: self.name, name: split, known: splits))
    }
    return name
  }

  private func get(_ path: String, _ query: [String: String]) throws(HubError) -> Data {
    let items =
      [URLQueryItem(name: "dataset", value: name)]
      + query.sorted { $0.key < $1.key }.map { URLQueryItem(name: $0.key, value: $0.value) }
    let (head, body) = try http.body(
      of: server.appending(path: path).appending(queryItems: items), answer, limit: Self.pageLimit)
    switch head.status {
    case 200..<300: return body
    case 401, 403: throw HubError(.hiddenDataset(name, host: host))
    case 404: throw HubError(.notFound(.dataset(name), host: host))
    case 429: throw HubError(.busy(host: host, .dataset(name)))
    default: throw HubError(.status(head.status, host: host, .dataset(name)))
    }
  }
}
