internal import Foundation

/// Requests to the Hub, with redirects followed by a rule of our own: the token goes to the Hub's own address only.
struct HTTPClient: Sendable {
  let settings: HubSettings

  enum Method { case get, head }

  /// Sends a request, again where the server is busy: after the time that its `Retry-After` names, or a growing one.
  ///
  /// - Parameters:
  ///   - headers: Besides ours.
  ///   - leavesHost: Whether to follow a redirect to another host; if not, the redirect is the response.
  /// - Returns: The head of the last response, whatever its status.
  func send(
    _ method: Method, _ url: URL, headers: [String: String] = [:], leavesHost: Bool = true,
    into sink: any HTTPSink
  ) throws(HubError) -> HTTPHead {
    var tries = 0
    while true {
      let head = try follow(method, url, headers: headers, leavesHost: leavesHost, into: sink)
      guard head.isBusy, tries < settings.retries,
        let delay = RetryAfter(head.headers["retry-after"]).delay(afterTries: tries)
      else { return head }
      Thread.sleep(forTimeInterval: delay)
      tries += 1
    }
  }

  /// The body of a response of at most `limit` bytes.
  ///
  /// - Parameter item: What is fetched, for the error.
  func body(of url: URL, _ item: HubError.Item, limit: Int) throws(HubError) -> (head: HTTPHead, body: Data) {
    let sink = MemorySink(item, limit: limit)
    let head = try send(.get, url, into: sink)
    return (head, Data(sink.bytes))
  }

  private func follow(
    _ method: Method, _ url: URL, headers: [String: String], leavesHost: Bool, into sink: any HTTPSink
  ) throws(HubError) -> HTTPHead {
    var url = url
    for _ in 0..<10 {
      let head = try HTTPExchange.run(
        request(method, url, headers), pace: settings.pace, into: SuccessSink(sink))
      guard head.isRedirect, let location = head.headers["location"] else { return head }
      guard let next = URL(string: location, relativeTo: url)?.absoluteURL,
        ["http", "https"].contains(next.scheme)
      else { throw HubError(.redirect(host: url.host ?? "", .noAddress(location))) }
      guard leavesHost || Self.isSameHost(url, next) else { return head }
      guard url.scheme == "http" || next.scheme == "https" else {
        throw HubError(.redirect(host: url.host ?? "", .unsafe(next.absoluteString)))
      }
      url = next
    }
    throw HubError(.redirect(host: url.host ?? "", .endless(10)))
  }

  private func request(_ method: Method, _ url: URL, _ headers: [String: String]) -> HTTPExchange.Request {
    var request = HTTPExchange.Request(url: url, isHead: method == .head)
    // sizes and digests are those of the plain bytes
    request.headers = ["User-Agent": "assay", "Accept-Encoding": "identity"].merging(headers) { $1 }
    if let token = settings.token, Self.isSameHost(url, settings.endpoint) {
      request.headers["Authorization"] = "Bearer \(token)"
    }
    return request
  }

  private static func isSameHost(_ first: URL, _ second: URL) -> Bool {
    func port(_ url: URL) -> Int { url.port ?? (url.scheme == "https" ? 443 : 80) }
    return first.scheme == second.scheme && first.host?.lowercased() == second.host?.lowercased()
      && port(first) == port(second)
  }
}
