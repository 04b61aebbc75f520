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

  /// - Throws: ``HubError`` where `HF_HUB_OFFLINE` forbids to ask.
  public init(_ name: String, _ settings: HubSettings) throws(HubError) {
    guard !settings.isOffline else {
      throw HubError(.missing, "data set '\(name)': HF_HUB_OFFLINE forbids to download it")
    }
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
    let configuration = try checkedConfiguration(configuration, split)
    var (read, total) = (0, 1)
    while read < total {
      let data = try get(
        "rows",
        [
          "config": configuration, "split": split, "offset": "\(read)", "length": "\(Self.rowsPerPage)",
        ])
      guard let page = try? JSONDecoder().decode(Page.self, from: data),
        let text = String(data: data, encoding: .utf8), !page.rows.isEmpty || page.total == 0
      else { throw notUnderstood }
      guard page.partial != true else {
        throw HubError(
          .missing, "'\(server.host ?? "")' knows only a part of data set '\(name)', which is too large")
      }
      read += page.rows.count
      total = page.total
      try body(text, read, total)
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

  private var notUnderstood: HubError {
    HubError(.damaged, "what '\(server.host ?? "")' says of data set '\(name)' cannot be understood")
  }

  /// The configuration that is meant, after a look at what there is.
  private func checkedConfiguration(_ wanted: String?, _ split: String) throws(HubError) -> String {
    let answer = try get("splits", [:])
    guard let all = try? JSONDecoder().decode(Splits.self, from: answer).splits else { throw notUnderstood }
    let names = Set(all.map(\.config)).sorted()
    func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
    let name = wanted ?? (names.count == 1 ? names[0] : "default")
    guard names.contains(name) else {
      throw HubError(
        .missing, "data set '\(self.name)' has no configuration '\(name)'; there are \(list(names))")
    }
    let splits = all.filter { $0.config == name }.map(\.split)
    guard splits.contains(split) else {
      throw HubError(.missing, "data set '\(self.name)' has no split '\(split)'; there are \(list(splits))")
    }
    return name
  }

  private func get(_ path: String, _ query: [String: String]) throws(HubError) -> Data {
    let items =
      [URLQueryItem(name: "dataset", value: name)]
      + query.sorted { $0.key < $1.key }.map { URLQueryItem(name: $0.key, value: $0.value) }
    let (head, body) = try http.body(of: server.appending(path: path).appending(queryItems: items))
    let host = server.host ?? ""
    switch head.status {
    case 200..<300: return body
    case 401, 403:
      throw HubError(
        .unauthorized,
        "'\(host)' does not show data set '\(name)': check its name, or give a token that may read it in HF_TOKEN"
      )
    case 404: throw HubError(.missing, "'\(host)' has no data set '\(name)'")
    case 429:
      throw HubError(.transfer, "'\(host)' asks us to wait before we ask for data set '\(name)' again")
    default: throw HubError(.transfer, "'\(host)' answers \(head.status) when asked for data set '\(name)'")
    }
  }
}
