internal import Foundation
internal import Synchronization

#if canImport(FoundationNetworking)
internal import FoundationNetworking
#endif

/// Requests to the Hub, with redirects followed by our own rule: the token goes to the Hub's own address
/// only.
struct HTTPClient: Sendable {
  let settings: HubSettings

  enum Method: String {
    case get = "GET"
    case head = "HEAD"
  }

  /// - Parameters:
  ///   - headers: Besides ours.
  ///   - leavesHost: Whether to follow a redirect to another host; if not, the redirect is the answer.
  func send(
    _ method: Method, _ url: URL, headers: [String: String] = [:], leavesHost: Bool = true,
    into sink: any HTTPExchange.Sink
  ) throws(HubError) -> HTTPExchange.Head {
    var url = url
    for _ in 0..<10 {
      let head = try HTTPExchange.run(
        request(method, url, headers), timeout: settings.timeout, into: RedirectFilter(sink: sink))
      guard Self.isRedirect(head), let location = head.headers["location"] else { return head }
      guard let next = URL(string: location, relativeTo: url)?.absoluteURL,
        ["http", "https"].contains(next.scheme)
      else {
        throw HubError(.transfer, "'\(url.host ?? "")' redirects to '\(location)', which is no web address")
      }
      guard leavesHost || Self.isSameHost(url, next) else { return head }
      guard url.scheme == "http" || next.scheme == "https" else {
        throw HubError(
          .transfer, "'\(url.host ?? "")' redirects from https to '\(next.absoluteString)', which is not safe"
        )
      }
      url = next
    }
    throw HubError(.transfer, "'\(url.host ?? "")' redirects more than 10 times")
  }

  /// The body of an answer of at most `limit` bytes.
  func body(of url: URL, limit: Int = 64 << 20) throws(HubError) -> (head: HTTPExchange.Head, body: Data) {
    let sink = MemorySink(limit: limit)
    let head = try send(.get, url, into: sink)
    return (head, sink.data)
  }

  private func request(_ method: Method, _ url: URL, _ headers: [String: String]) -> URLRequest {
    var request = URLRequest(url: url)
    request.httpMethod = method.rawValue
    request.setValue("assay", forHTTPHeaderField: "User-Agent")
    // sizes and digests are those of the plain bytes
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    if let token = settings.token, Self.isSameHost(url, settings.endpoint) {
      request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
    }
    return request
  }

  static func isRedirect(_ head: HTTPExchange.Head) -> Bool {
    [301, 302, 303, 307, 308].contains(head.status)
  }

  private static func isSameHost(_ first: URL, _ second: URL) -> Bool {
    func port(_ url: URL) -> Int { url.port ?? (url.scheme == "https" ? 443 : 80) }
    return first.scheme == second.scheme && first.host?.lowercased() == second.host?.lowercased()
      && port(first) == port(second)
  }
}

/// Keeps the bodies of redirects from the sink.
private final class RedirectFilter: HTTPExchange.Sink {
  private let sink: any HTTPExchange.Sink
  private let isOpen = Mutex(false)

  init(sink: any HTTPExchange.Sink) { self.sink = sink }

  func begin(_ head: HTTPExchange.Head) throws(HubError) {
    guard !HTTPClient.isRedirect(head) else { return }
    isOpen.withLock { $0 = true }
    try sink.begin(head)
  }

  func take(_ bytes: Data) throws(HubError) {
    if isOpen.withLock({ $0 }) { try sink.take(bytes) }
  }
}

private final class MemorySink: HTTPExchange.Sink {
  private let bytes = Mutex(Data())
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  var data: Data { bytes.withLock { $0 } }

  func begin(_ head: HTTPExchange.Head) {}

  func take(_ more: Data) throws(HubError) {
    let count = bytes.withLock { data in
      data.append(more)
      return data.count
    }
    guard count <= limit else { throw HubError(.damaged, "the Hub's answer is longer than \(limit) bytes") }
  }
}

/// For answers whose head says all.
struct NoBody: HTTPExchange.Sink {
  func begin(_ head: HTTPExchange.Head) {}
  func take(_ bytes: Data) {}
}
