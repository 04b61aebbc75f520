import Basics
public import Evaluations
import FlyingFox
import FlyingSocks
import Foundation
public import Logging
import Synchronization

/// How a server listens, and which clients it admits.
public struct ServerOptions: Sendable {
  public var host = "127.0.0.1"
  /// 0 for one that the system chooses.
  public var port = 8000
  public var keys = APIKeys.none
  public var limits = ServerLimits()
  /// Whether the log holds prompts.
  public var logsPrompts = false

  public init() {}
}

/// An HTTP server, by default one that speaks OpenAI's protocol.
public final class Server: Sendable {
  private let options: ServerOptions
  private let handler: any RequestHandler
  /// What answers with a model, where that is what is served.
  private let service: Service?
  private let logger: Logger
  private let table: ConnectionTable
  private let watch: ConnectionWatch
  private let address: ListeningAddress
  private let http: HTTPServer
  private let task = Mutex<Task<Void, any Error>?>(nil)

  /// A server that answers with the model of ``serve(_:)``.
  ///
  /// - Throws: ``ServerError`` for a host that is no address.
  public convenience init(_ options: ServerOptions, logger: Logger) throws(ServerError) {
    let service = Service(options.limits)
    try self.init(options, handler: service, service: service, logger: logger)
  }

  /// A server of pages.
  ///
  /// - Parameter page: Gives the page of a path with its query; called from any thread.
  /// - Throws: ``ServerError`` for a host that is no address.
  public convenience init(
    _ options: ServerOptions, logger: Logger, page: @escaping @Sendable (_ path: String) -> PageReply
  ) throws(ServerError) {
    let isLoopback = try ListeningAddress(host: options.host, port: options.port).isLoopback
    let hosts: Set = ["localhost", "127.0.0.1", "[::1]", options.host]
    try self.init(
      options, handler: PageHandler(hosts: isLoopback ? hosts : nil, page: page), service: nil, logger: logger
    )
  }

  private init(
    _ options: ServerOptions, handler: any RequestHandler, service: Service?, logger: Logger
  ) throws(ServerError) {
    self.options = options
    self.logger = logger
    (self.handler, self.service) = (handler, service)
    table = ConnectionTable(limit: options.limits.connections)
    watch = ConnectionWatch(table)
    address = try ListeningAddress(host: options.host, port: options.port)
    let pool = GuardedPool(table, idleSeconds: options.limits.idleSeconds)
    // Its own limit of time lies beyond ours, which answers; not far, for the timer of each request lives as long.
    let time = options.limits.seconds + 10
    func configuration(_ address: some SocketAddress) -> HTTPServer.Configuration {
      HTTPServer.Configuration(
        address: address, timeout: time, sharedRequestReplaySize: 4096, pool: pool,
        logger: DisabledLogger.disabled)
    }
    switch address {
    case .v4(let name, let port):
      guard let inet = try? sockaddr_in.inet(ip4: name, port: port) else { throw ServerError(.host(name)) }
      http = HTTPServer(config: configuration(inet))
    case .v6(let name, let port):
      guard let inet = try? sockaddr_in6.inet6(ip6: name, port: port) else { throw ServerError(.host(name)) }
      http = HTTPServer(config: configuration(inet))
    }
  }

  /// Whether only programs on this machine reach it.
  public var isLoopback: Bool { address.isLoopback }

  /// Begins to listen. Requests are refused with 503 until ``serve(_:)``.
  ///
  /// - Returns: The port.
  /// - Throws: ``ServerError`` where the address is taken or not this machine's.
  public func start() async throws -> Int {
    // The library answers methods beyond these with a bare 404.
    let methods = HTTPMethod.allMethods.union(["QUERY"])
    await http.appendRoute("*", for: methods) { [weak self] request in
      guard let self else { return HTTPResponse(statusCode: .serviceUnavailable) }
      return await respond(to: request)
    }
    let running = Task { [http] in try await http.run() }
    task.withLock { $0 = running }
    let listening = Task { [http] in try await http.waitUntilListening() }
    // What keeps it from listening ends `run` at once.
    let failed = Task {
      do { try await running.value } catch {
        listening.cancel()
        throw error
      }
    }
    do { try await listening.value } catch {
      running.cancel()
      do { try await failed.value } catch let reason {
        throw ServerError(
          .unavailable(host: options.host, port: options.port, reason: Self.sentence(reason)))
      }
      throw error
    }
    return await http.listeningAddress.map(Self.port) ?? options.port
  }

  /// From now on requests are answered by `model`.
  public func serve(_ model: ServedModel) { service?.serve(model) }

  /// Refuses new requests, waits for those that are under way, and then stops listening.
  ///
  /// - Parameter seconds: How long they have; what is not answered by then is dropped.
  public func stop(within seconds: Double) async {
    handler.refuse()
    let end = ContinuousClock.now + .seconds(seconds)
    while handler.metrics.underWay > 0, ContinuousClock.now < end {
      try? await Task.sleep(for: .milliseconds(20))
    }
    await http.stop(timeout: 1)
  }

  private func respond(to request: HTTPRequest) async -> HTTPResponse {
    let visit = Visit(
      method: request.method.rawValue, path: handler.label(of: request.path),
      client: request.remoteAddress?.host ?? "-", handler.metrics, logger: logger,
      logsPrompt: options.logsPrompts)
    table.handles(request.remoteAddress)
    let reply = await reply(to: request, visit)
    visit.note(status: reply.status)
    table.handled(request.remoteAddress)
    return HTTPResponse(reply, sendsBody: request.method != .HEAD, holding: visit)
  }

  private func reply(to request: HTTPRequest, _ visit: Visit) async -> Reply {
    var body = RequestBody(request, limit: options.limits.bodyBytes)
    do throws(APIError) {
      let key = try admit(request)
      let call = Call(
        method: Self.method(request), path: request.path, target: request.target.text,
        body: try await body.read(),
        client: key.map { "key \($0)" } ?? request.remoteAddress?.host ?? "", visit: visit,
        watch: { [watch, options] ended in
          watch.watch(request.remoteAddress, seconds: options.limits.seconds, ended: ended)
        })
      return await handler.reply(to: call)
    } catch {
      if await !body.drain() { table.stopReading(request.remoteAddress) }
      return .error(error)
    }
  }

  /// - Returns: Which key the client has.
  private func admit(_ request: HTTPRequest) throws(APIError) -> Int? {
    var key: Int?
    if options.keys.areNeeded, !handler.isOpen(request.path) {
      key = options.keys.index(authorization: request.headers[.authorization])
      guard key != nil else {
        throw APIError(
          401, "the header 'Authorization: Bearer KEY' holds no known key", code: "invalid_api_key")
      }
    }
    try handler.admit(Self.method(request), request.path, host: request.headers[.host] ?? "")
    return key
  }

  private static func method(_ request: HTTPRequest) -> String {
    request.method == .HEAD ? HTTPMethod.GET.rawValue : request.method.rawValue
  }

  private static func port(_ address: Socket.Address) -> Int {
    switch address {
    case .ip4(_, let port), .ip6(_, let port): Int(port)
    case .unix: 0
    }
  }

  private static func sentence(_ error: any Error) -> String {
    guard case SocketError.failed(_, let number, let message) = error else { return "\(error)" }
    return number == EADDRINUSE
      ? "another program listens there; choose another --port" : message.lowercased()
  }
}

extension HTTPRequest.Target {
  /// Path and query as they came.
  fileprivate var text: String { query().isEmpty ? path() : "\(path())?\(query())" }
}

extension HTTPRequest.Address {
  var host: String {
    switch self {
    case .ip4(let host, _), .ip6(let host, _): host
    case .unix(let path): path
    }
  }
}
