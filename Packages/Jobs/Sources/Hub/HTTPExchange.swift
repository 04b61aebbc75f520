internal import CCurl
internal import Foundation

/// One HTTP request and its response over libcurl.
///
/// Redirects are not followed here: ``HTTPClient`` decides where a token may go. libcurl is called itself because
/// FoundationNetworking 6.3 traps on an announced length of 2⁶³ - 1, and has neither a minimum rate nor a limit of bytes.
/// Proxies are taken from the environment, as libcurl does for FoundationNetworking.
final class HTTPExchange {
  /// What is requested.
  struct Request {
    var url: URL
    var isHead = false
    var headers: [String: String] = [:]
    /// Makes it a POST.
    var body: [UInt8]?
  }

  /// More than any server needs; a head beyond is refused.
  private static let headLimit = 256 << 10

  private let host: String
  private let sink: any HTTPSink
  private var clock: TransferClock
  private var head: HTTPHead?
  private var headBytes = 0
  private var hasBegun = false
  private var failure: HubError?

  private init(_ request: Request, pace: HubSettings.Pace, into sink: any HTTPSink) {
    host = request.url.host ?? ""
    self.sink = sink
    clock = TransferClock(pace)
  }

  /// Sends a request and waits for the whole response. Blocks: keep it off the threads of Swift's cooperative pool.
  static func run(
    _ request: Request, pace: HubSettings.Pace, into sink: any HTTPSink
  ) throws(HubError) -> HTTPHead {
    let exchange = HTTPExchange(request, pace: pace, into: sink)
    let status = exchange.perform(request, connectWithin: pace.silence)
    if let failure = exchange.failure { throw failure }
    guard status == CURLE_OK else { throw exchange.broken(Self.reason(status)) }
    guard let head = exchange.head, exchange.hasBegun else { throw exchange.broken(.noResponse) }
    return head
  }

  private func broken(_ reason: HubError.Break) -> HubError { HubError(.broken(host: host, reason)) }

  // MARK: libcurl

  /// Sets libcurl up once a process, before the first transfer.
  private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  private func perform(_ request: Request, connectWithin seconds: Double) -> CURLcode {
    guard Self.isReady, let handle = curl_easy_init() else { return CURLE_FAILED_INIT }
    defer { curl_easy_cleanup(handle) }
    var headers: UnsafeMutablePointer<curl_slist>?
    defer { curl_slist_free_all(headers) }
    for (name, value) in request.headers { headers = curl_slist_append(headers, "\(name): \(value)") }
    if let body = request.body {
      headers = curl_slist_append(headers, "Expect:")  // no question before the body is sent
      body.withUnsafeBytes { _ = curl_set_body(handle, $0.baseAddress, $0.count) }
    }
    curl_set_web_only(handle)
    curl_set_text(handle, CURLOPT_URL, request.url.absoluteString)
    curl_set_headers(handle, headers)
    curl_set_number(handle, CURLOPT_NOBODY, request.isHead ? 1 : 0)
    curl_set_number(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    curl_set_number(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(min(max(seconds, 0.001), 1e6) * 1000))
    let context = Unmanaged.passUnretained(self).toOpaque()
    curl_set_callbacks(handle, takeHeader, takeBody, lookAtClock, context)
    return withExtendedLifetime(self) { curl_easy_perform(handle) }
  }

  private static func reason(_ status: CURLcode) -> HubError.Break {
    switch status {
    case CURLE_COULDNT_CONNECT: .refused
    case CURLE_COULDNT_RESOLVE_HOST: .noHost
    case CURLE_OPERATION_TIMEDOUT: .timeout
    case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: .lost
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR: .notTrusted
    default: .other(String(cString: curl_easy_strerror(status)).lowercased())
    }
  }

  // MARK: What arrives

  /// A whole line of a head. Heads of interim responses and of proxies are replaced by the one that follows.
  fileprivate func take(headerLine bytes: UnsafeRawBufferPointer) throws(HubError) {
    clock.count(bytes.count)
    headBytes += bytes.count
    guard headBytes <= Self.headLimit else {
      throw HubError(.tooLong(.head(host: host), limit: Self.headLimit))
    }
    guard !hasBegun else { return }  // what trails a body is not looked at
    let line = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    if line.hasPrefix("HTTP/") {
      let status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
      head = HTTPHead(status: status ?? 0)
    } else if line.isEmpty {
      guard let head, head.status >= 200 else { return }
      hasBegun = true
      try sink.begin(head)
    } else if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      head?.headers[line[..<colon].lowercased()] = value
    }
  }

  fileprivate func take(body bytes: UnsafeRawBufferPointer) throws(HubError) {
    clock.count(bytes.count)
    try sink.take(bytes)
  }

  fileprivate func checkPace() throws(HubError) {
    if let reason = clock.verdict() { throw broken(reason) }
  }

  /// Runs `body` of the exchange that a callback was given, and keeps its error, as C code cannot carry it.
  fileprivate static func attempt(
    _ context: UnsafeMutableRawPointer?, _ body: (HTTPExchange) throws(HubError) -> Void
  ) -> Bool {
    guard let context else { return false }
    let exchange = Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue()
    do throws(HubError) {
      try body(exchange)
      return true
    } catch {
      exchange.failure = error
      return false
    }
  }
}

/// libcurl ends a transfer whose callback takes fewer bytes than it was given; `size` is always 1.
private func takeHeader(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  let isTaken = HTTPExchange.attempt(context) { exchange throws(HubError) in
    try exchange.take(headerLine: UnsafeRawBufferPointer(start: bytes, count: count))
  }
  return isTaken ? count : -1
}

private func takeBody(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  let isTaken = HTTPExchange.attempt(context) { exchange throws(HubError) in
    try exchange.take(body: UnsafeRawBufferPointer(start: bytes, count: count))
  }
  return isTaken ? count : -1
}

private func lookAtClock(
  _ context: UnsafeMutableRawPointer?, _: curl_off_t, _: curl_off_t, _: curl_off_t, _: curl_off_t
) -> Int32 {
  HTTPExchange.attempt(context) { exchange throws(HubError) in try exchange.checkPace() } ? 0 : 1
}
