import Basics
public import Evaluations
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
  private let watch: ConnectionWatch
  private let address: ListeningAddress
  private let listener: Listener

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
    address = try ListeningAddress(host: options.host, port: options.port)
    let table = ConnectionTable(limit: options.limits.connections)
    watch = ConnectionWatch(table)
    listener = Listener(table, watch, options.limits, logger: logger)
  }

  /// Whether only programs on this machine reach it.
  public var isLoopback: Bool { address.isLoopback }

  /// Begins to listen. Requests are refused with 503 until ``serve(_:)``.
  ///
  /// - Returns: The port.
  /// - Throws: ``ServerError`` where the address is taken or not this machine's.
  public func start() async throws -> Int {
    do {
      return try await listener.start(at: address) { [weak self] connection in await self?.serve(connection) }
        ?? options.port
    } catch let reason {
      throw ServerError(.unavailable(host: options.host, port: options.port, reason: Self.sentence(reason)))
    }
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
    await listener.stop()
  }

  /// Answers a connection's requests, one after the other.
  private func serve(_ connection: Connection) async {
    let reader = ConnectionReader(connection)
    do {
      while let head = try await RequestHead.next(
        reader, connection, seconds: options.limits.headSeconds)
      {
        guard try await respond(to: head, reader, connection) else { break }
      }
    } catch let error as APIError {
      try? await Response(.error(error), to: nil, keepsConnection: false).send(
        to: connection, inChunks: false)
    } catch { return }
    await linger(connection)
  }

  /// Lets the client get to the last response: what it still sends would otherwise have the system drop it.
  private func linger(_ connection: Connection) async {
    connection.endSending()
    let end = ContinuousClock.now + .seconds(1)
    while let part = try? await connection.receive(until: end), !part.isEmpty, ContinuousClock.now < end {}
  }

  /// - Returns: Whether another request may follow.
  private func respond(
    to head: RequestHead, _ reader: ConnectionReader, _ connection: Connection
  ) async throws -> Bool {
    let visit = Visit(
      method: head.method, path: handler.label(of: head.path), client: connection.client, handler.metrics,
      logger: logger, logsPrompt: options.logsPrompts)
    let body = RequestBody(
      of: head, reader, connection, limit: options.limits.bodyBytes,
      until: .now + .seconds(options.limits.seconds))
    let reply = await reply(to: head, body, connection, visit)
    visit.note(status: reply.status)
    let isWhole = await body.drain()
    let keeps = isWhole && head.keepsConnection && !listener.table.isEnding
    // HTTP/1.0 has no chunks: a stream ends where its connection does.
    let isStream = if case .stream = reply { true } else { false }
    let keepsConnection = keeps && (head.isCurrent || !isStream)
    try await Response(reply, to: head, keepsConnection: keepsConnection)
      .send(to: connection, inChunks: head.isCurrent)
    return withExtendedLifetime(visit) { keepsConnection }
  }

  private func reply(
    to head: RequestHead, _ body: RequestBody, _ connection: Connection, _ visit: Visit
  ) async -> Reply {
    do throws(APIError) {
      let key = try admit(head)
      let call = Call(
        method: Self.method(head), path: head.path, target: head.target, body: try await body.read(),
        client: key.map { "key \($0)" } ?? connection.client, visit: visit,
        watch: { [watch, options] ended in
          watch.watch(connection, seconds: options.limits.seconds, ended: ended)
        })
      return await handler.reply(to: call)
    } catch { return .error(error) }
  }

  /// - Returns: Which key the client has.
  private func admit(_ head: RequestHead) throws(APIError) -> Int? {
    var key: Int?
    if options.keys.areNeeded, !handler.isOpen(head.path) {
      key = options.keys.index(authorization: head.fields["authorization"])
      guard key != nil else {
        throw APIError(
          401, "the header 'Authorization: Bearer KEY' holds no known key", code: "invalid_api_key")
      }
    }
    try handler.admit(Self.method(head), head.path, host: head.fields["host"] ?? "")
    return key
  }

  private static func method(_ head: RequestHead) -> String { head.method == "HEAD" ? "GET" : head.method }

  private static func sentence(_ error: any Error) -> String {
    guard case SocketError.failed(_, let number, let message) = error else { return "\(error)" }
    return number == EADDRINUSE
      ? "another program listens there; choose another --port" : message.lowercased()
  }
}
