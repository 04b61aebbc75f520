import Files
internal import Foundation
internal import Synchronization

#if canImport(FoundationNetworking)
internal import FoundationNetworking
#endif

/// One request and its answer, without following redirects: where a token may go is not for URLSession to
/// decide.
final class HTTPExchange: NSObject, URLSessionDataDelegate, Sendable {
  /// The head of an answer.
  struct Head: Sendable {
    var status: Int
    /// By lower case names.
    var headers: [String: String]
  }

  /// Takes the body of an answer: `begin` with its head, then `take` with its bytes; both may fail and so end
  /// it.
  protocol Sink: Sendable {
    func begin(_ head: Head) throws(HubError)
    func take(_ bytes: Data) throws(HubError)
  }

  private struct State {
    var head: Head?
    var failure: HubError?
  }

  private let state = Mutex(State())
  private let sink: any Sink
  private let isDone = DispatchSemaphore(value: 0)

  private init(_ sink: any Sink) { self.sink = sink }

  /// Sends a request and waits for the whole answer. Blocks: keep it off the threads of Swift's cooperative
  /// pool.
  ///
  /// - Parameter timeout: Seconds without a byte after which to give up.
  static func run(_ request: URLRequest, timeout: Double, into sink: any Sink) throws(HubError) -> Head {
    let exchange = HTTPExchange(sink)
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = timeout
    configuration.urlCache = nil
    configuration.httpCookieStorage = nil
    configuration.httpShouldSetCookies = false
    let session = URLSession(configuration: configuration, delegate: exchange, delegateQueue: nil)
    defer { session.finishTasksAndInvalidate() }
    session.dataTask(with: request).resume()
    exchange.isDone.wait()
    let state = exchange.state.withLock { $0 }
    if let failure = state.failure { throw failure }
    guard let head = state.head else {
      throw HubError(.transfer, "no answer from '\(request.url?.host ?? "")'")
    }
    return head
  }

  private func fail(_ error: HubError) {
    state.withLock { if $0.failure == nil { $0.failure = error } }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    guard let response = response as? HTTPURLResponse else { return completionHandler(.cancel) }
    var headers: [String: String] = [:]
    for (name, value) in response.allHeaderFields {
      if let name = name as? String { headers[name.lowercased()] = value as? String }
    }
    let head = Head(status: response.statusCode, headers: headers)
    state.withLock { $0.head = head }
    do throws(HubError) {
      try sink.begin(head)
      completionHandler(.allow)
    } catch {
      fail(error)
      completionHandler(.cancel)
    }
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    guard state.withLock({ $0.failure == nil }) else { return }
    do throws(HubError) {
      try sink.take(data)
    } catch {
      fail(error)
      dataTask.cancel()
    }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    if let error {
      let host = task.originalRequest?.url?.host ?? ""
      fail(HubError(.transfer, "the transfer from '\(host)' broke: \(Self.reason(error))"))
    }
    isDone.signal()
  }

  private static func reason(_ error: any Error) -> String {
    switch (error as? URLError)?.code {
    case .cannotConnectToHost: "it refuses the connection"
    case .cannotFindHost, .dnsLookupFailed: "there is no such host"
    case .timedOut: "it does not answer"
    case .networkConnectionLost: "the connection was lost"
    case .notConnectedToInternet: "there is no network"
    case .secureConnectionFailed, .serverCertificateUntrusted: "its certificate is not trusted"
    default: "\(error.localizedDescription)"
    }
  }
}
