import Basics
import Foundation
import Hub
import Jobs
import Synchronization

/// Sends requests to one server: again where it is busy, no faster and no more than is allowed.
final class RemoteClient: Sendable {
  let address: ServerAddress
  private let spec: RemoteModelSpec

  private struct State {
    /// Requests for which the model computes.
    var sent = 0
    /// What their answers counted, and the most that those under way may come to.
    var tokens = 0
    /// When the next request may be sent.
    var next = ContinuousClock.now
  }
  private let state = Mutex(State())

  init(_ spec: RemoteModelSpec) throws(RemoteError) {
    self.spec = spec
    address = try ServerAddress(spec.address)
  }

  var concurrency: Int { max(spec.concurrency, 1) }

  /// Where a model computes.
  enum Path: String {
    case completions
    case chat = "chat/completions"
  }

  /// The object that a model answers, within what the run may ask.
  ///
  /// - Parameter tokens: The most that it reads and writes.
  /// - Throws: ``RemoteError``.
  func answer(_ path: Path, _ body: JSONValue, tokens: Int) throws(RemoteError) -> JSONObject {
    let isAllowed = state.withLock { state in
      guard state.tokens + tokens <= spec.maxTokens ?? Int.max else { return false }
      state.tokens += tokens
      return true
    }
    guard isAllowed else { throw RemoteError(.budget(.tokens(spec.maxTokens ?? 0))) }
    let answer = try object(address.url(path.rawValue), body, isCounted: true)
    if let used = answer["usage"]?.object?["total_tokens"]?.integer {
      state.withLock { $0.tokens += min(max(used, 0), 1 << 40) - tokens }
    }
    return answer
  }

  /// The object that a path answers.
  ///
  /// - Parameters:
  ///   - body: Makes it a POST.
  ///   - isCounted: Whether the model has to compute for it, so that it counts against the most requests.
  /// - Throws: ``RemoteError``.
  func object(
    _ url: URL, _ body: JSONValue? = nil, isCounted: Bool = false
  ) throws(RemoteError) -> JSONObject {
    let response = try send(url, body, isCounted)
    let name = url.absoluteString
    guard response.status == 200 else {
      throw RemoteError(.status(response.status, url: name, message: Self.message(response.body)))
    }
    var options = JSONReader.Options.python
    options.keepsLargeIntegers = false
    guard let object = try? JSONValue(response.body, options: options).object else {
      throw RemoteError(.malformed(url: name, what: "JSON object"))
    }
    return object
  }

  private func send(
    _ url: URL, _ body: JSONValue?, _ isCounted: Bool
  ) throws(RemoteError) -> WebRequest.Response {
    var headers = ["Content-Type": "application/json"]
    if let key = spec.key { headers["Authorization"] = "Bearer \(key)" }
    let request = WebRequest(
      url, headers: headers, body: body.map { Array($0.line.utf8) }, silence: spec.silence)
    var tries = 0
    while true {
      if isCounted { try admit() }
      let result = Result { () throws(HubError) in try request.send() }
      switch result {
      case .success(let response):
        guard response.isBusy, tries < spec.retries,
          let delay = WebRequest.delay(retryAfter: response.retryAfter, tries: tries)
        else { return response }
        Thread.sleep(forTimeInterval: delay)
      case .failure(let error):
        guard error.remedy == .transfer, tries < spec.retries else {
          throw RemoteError(.unreachable(url: url.absoluteString, error))
        }
        Thread.sleep(forTimeInterval: WebRequest.delay(retryAfter: nil, tries: tries) ?? 1)
      }
      tries += 1
    }
  }

  /// Counts a request, and waits until it may be sent.
  private func admit() throws(RemoteError) {
    let (delay, isAllowed) = state.withLock { state in
      guard state.sent < spec.maxRequests ?? Int.max else { return (0.0, false) }
      state.sent += 1
      guard let rate = spec.requestsPerMinute else { return (0, true) }
      let now = ContinuousClock.now
      let start = max(state.next, now)
      state.next = start + .seconds(60 / Double(rate))
      return ((start - now) / .seconds(1), true)
    }
    guard isAllowed else { throw RemoteError(.budget(.requests(spec.maxRequests ?? 0))) }
    if delay > 0 { Thread.sleep(forTimeInterval: delay) }
  }

  /// What an error's body says, or its beginning.
  private static func message(_ body: [UInt8]) -> String {
    let object = try? JSONValue(body, options: .python).object
    let error = object?["error"]
    let text = error?.object?["message"]?.text ?? error?.text ?? object?["message"]?.text
    return text ?? String(decoding: body.prefix(200), as: UTF8.self).replacing("\n", with: " ")
  }
}
