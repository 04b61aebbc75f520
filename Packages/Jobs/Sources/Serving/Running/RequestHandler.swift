/// What a server does with requests, whatever brings them.
protocol RequestHandler: Sendable {
  var metrics: Metrics { get }
  /// From now on requests are refused; those that are under way go on.
  func refuse()
  /// The path as metrics and the log name it: no text of a client's.
  func label(of path: String) -> String
  /// Whether a path needs no key.
  func isOpen(_ path: String) -> Bool
  /// - Parameters:
  ///   - method: `GET` for `HEAD` too, whose answer differs in that no body is sent.
  ///   - host: What the header `Host` names.
  /// - Throws: ``APIError`` for a request whose body need not be read.
  func admit(_ method: String, _ path: String, host: String) throws(APIError)
  /// The reply to a request whose client is known and whose body is within the limits.
  func reply(to call: Call) async -> Reply
}
