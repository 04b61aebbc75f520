/// The head of an HTTP response.
struct HTTPHead: Sendable {
  var status: Int
  /// By lower case names; of a repeated name the last.
  var headers: [String: String] = [:]

  var isSuccess: Bool { (200..<300).contains(status) }
  var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }
  /// Whether the same request may succeed later.
  var isBusy: Bool { [429, 500, 502, 503, 504].contains(status) }

  /// The announced length of the body; `nil` where there is none, or no number.
  var contentLength: Int? { headers["content-length"].flatMap(Int.init) }
  /// The version of the resource, as the server writes it.
  var etag: String? { headers["etag"] }
}

/// Receives the body of a response: `begin` with its head, then `take` with its bytes. What either throws ends the
/// transfer.
protocol HTTPSink: AnyObject {
  func begin(_ head: HTTPHead) throws(HubError)
  func take(_ bytes: UnsafeRawBufferPointer) throws(HubError)
}

/// Discards the body, for responses whose head is all that matters.
final class HeadOnlySink: HTTPSink {
  func begin(_ head: HTTPHead) {}
  func take(_ bytes: UnsafeRawBufferPointer) {}
}

/// Keeps a body in memory, up to a limit.
final class MemorySink: HTTPSink {
  private(set) var bytes: [UInt8] = []
  private let limit: Int
  private let item: HubError.Item

  /// - Parameters:
  ///   - item: What is fetched, for the error.
  ///   - limit: The most bytes to accept, announced or not.
  init(_ item: HubError.Item, limit: Int) {
    self.item = item
    self.limit = limit
  }

  func begin(_ head: HTTPHead) throws(HubError) {
    bytes = []
    if let length = head.contentLength, length > limit { throw HubError(.tooLong(item, limit: limit)) }
  }

  func take(_ more: UnsafeRawBufferPointer) throws(HubError) {
    guard more.count <= limit - bytes.count else { throw HubError(.tooLong(item, limit: limit)) }
    bytes.append(contentsOf: more)
  }
}

/// Passes on what comes with success, and keeps the pages that explain a failure or a redirect from the sink.
final class SuccessSink: HTTPSink {
  private let sink: any HTTPSink
  private var isOpen = false

  init(_ sink: any HTTPSink) { self.sink = sink }

  func begin(_ head: HTTPHead) throws(HubError) {
    isOpen = head.isSuccess
    if isOpen { try sink.begin(head) }
  }

  func take(_ bytes: UnsafeRawBufferPointer) throws(HubError) {
    if isOpen { try sink.take(bytes) }
  }
}
