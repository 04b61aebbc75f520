import Foundation

/// Where a server is, and which of its models is meant: `http://HOST:PORT/v1#MODEL`.
struct ServerAddress: Sendable, Equatable {
  /// The folder of OpenAI's paths, without a slash at its end.
  let base: String
  /// The first one that is served where it is `nil`.
  let model: String?

  /// - Throws: ``RemoteError`` for a text that is no such address.
  init(_ text: String) throws(RemoteError) {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let address = parts.first.map(String.init) ?? ""
    guard let url = URLComponents(string: address), ["http", "https"].contains(url.scheme ?? ""),
      url.host?.isEmpty == false, url.user == nil, url.query == nil, URL(string: address) != nil
    else { throw RemoteError(.address(text)) }
    var base = address
    while base.hasSuffix("/") { base.removeLast() }
    self.base = url.path.isEmpty || url.path == "/" ? base + "/v1" : base
    model = parts.count > 1 && !parts[1].isEmpty ? String(parts[1]) : nil
  }

  /// The address of a path of OpenAI's.
  func url(_ path: String) -> URL { URL(string: "\(base)/\(path)")! }

  /// The address of a path beside them, such as `tokenize`.
  func besides(_ path: String) -> URL {
    let root = base.hasSuffix("/v1") ? String(base.dropLast(3)) : base
    return URL(string: "\(root)/\(path)")!
  }
}
