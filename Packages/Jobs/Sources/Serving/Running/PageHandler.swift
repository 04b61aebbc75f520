import Basics
public import Foundation
import Synchronization

/// What a server of pages replies to a path.
public enum PageReply: Sendable {
  /// A page of HTML in UTF-8.
  case page(Data)
  /// Why there is none, in one sentence.
  case missing(String)
  case failed(String)
}

/// Serves pages to browsers that name the server's own address.
final class PageHandler: RequestHandler {
  let metrics = Metrics()
  private let hosts: Set<String>?
  private let page: @Sendable (_ path: String) -> PageReply
  private let isStopping = Mutex(false)
  private let queue = DispatchQueue(label: "assay.pages", attributes: .concurrent)

  /// - Parameters:
  ///   - hosts: The names under which browsers may ask, so that a page of another site does not reach this one by a name that it
  ///     gives this machine; `nil` for any.
  ///   - page: Gives the page of a path, its query included.
  init(hosts: Set<String>?, page: @escaping @Sendable (_ path: String) -> PageReply) {
    self.hosts = hosts
    self.page = page
  }

  func refuse() { isStopping.withLock { $0 = true } }
  func label(of path: String) -> String { path == "/" ? path : "other" }
  func isOpen(_ path: String) -> Bool { false }

  func admit(_ method: String, _ path: String, host: String) throws(APIError) {
    guard method == "GET" else { throw .method(method, of: path, taking: "GET") }
    if isStopping.withLock({ $0 }) { throw .stopping }
    guard let hosts else { return }
    guard hosts.contains(Self.name(host)) else {
      throw APIError(403, "this server is not called '\(Self.name(host))'")
    }
  }

  func reply(to call: Call) async -> Reply {
    // Reading a store takes its time, which is not for the threads of tasks.
    let found = await withCheckedContinuation { continuation in
      queue.async { [page] in continuation.resume(returning: page(call.target)) }
    }
    return switch found {
    case .page(let data): .page(data)
    case .missing(let reason): .text(404, reason + "\n", type: "text/plain; charset=utf-8")
    case .failed(let reason): .text(500, reason + "\n", type: "text/plain; charset=utf-8")
    }
  }

  /// A host without its port.
  private static func name(_ host: String) -> String {
    if host.hasPrefix("[") { return String(host.prefix { $0 != "]" } + "]") }
    return String(host.prefix { $0 != ":" }).lowercased()
  }
}
