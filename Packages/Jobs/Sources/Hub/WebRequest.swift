package import Foundation

/// A request to a server that is not the Hub, over the same libcurl: no redirect is followed, so that a key goes nowhere else.
package struct WebRequest: Sendable {
  package var url: URL
  package var headers: [String: String]
  /// Makes it a POST.
  package var body: [UInt8]?
  /// Seconds without a byte, and to connect.
  package var silence: Double
  /// The most bytes of a response.
  package var limit: Int

  package init(
    _ url: URL, headers: [String: String] = [:], body: [UInt8]? = nil, silence: Double, limit: Int = 256 << 20
  ) {
    self.url = url
    self.headers = headers
    self.body = body
    self.silence = silence
    self.limit = limit
  }

  /// A whole response.
  package struct Response: Sendable {
    package var status: Int
    package var body: [UInt8]
    /// `Retry-After`, as the server writes it.
    package var retryAfter: String?
    /// Whether the same request may succeed later.
    package var isBusy: Bool
  }

  /// Sends the request and waits for the whole response; blocks.
  ///
  /// - Throws: `HubError` where there is none.
  package func send() throws(HubError) -> Response {
    var request = HTTPExchange.Request(url: url)
    request.headers = ["User-Agent": "assay", "Accept-Encoding": "identity"].merging(headers) { $1 }
    request.body = body
    var pace = HubSettings.Pace()
    (pace.silence, pace.bytesPerSecond) = (silence, 0)
    let sink = MemorySink(.response(host: url.host ?? ""), limit: limit)
    let head = try HTTPExchange.run(request, pace: pace, into: sink)
    return Response(
      status: head.status, body: sink.bytes, retryAfter: head.headers["retry-after"], isBusy: head.isBusy)
  }

  /// Seconds to wait before the same request is sent again; `nil` where a server asks for more than a minute.
  package static func delay(retryAfter: String?, tries: Int) -> Double? {
    RetryAfter(retryAfter).delay(afterTries: tries)
  }
}
