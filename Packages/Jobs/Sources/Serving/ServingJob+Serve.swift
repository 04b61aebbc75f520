import Evaluations
import Foundation
public import Jobs
public import Logging
import Synchronization

extension ServingJob {
  /// Listens, loads the model, and answers requests until `stop` is called.
  ///
  /// - Parameters:
  ///   - names: What clients may call the model, the first being the one that answers carry; the job's name where there is
  ///     none.
  ///   - seconds: How long requests that are under way have when the server is to stop.
  ///   - listen: Is given what stops the server, before anything is loaded.
  /// - Throws: ``ServerError`` where it cannot listen; what loading the model throws.
  public func serve(
    _ options: ServerOptions, names: [String], stoppingWithin seconds: Double, logger: Logger,
    listen: (_ stop: @escaping @Sendable () -> Void) -> Void
  ) throws {
    let server = try Server(options, logger: logger)
    let isToStop = DispatchSemaphore(value: 0)
    listen { isToStop.signal() }
    let port = try waiting { try await server.start() }
    logger.info("loading; requests are refused until then")
    let served = try servedModel(names)
    let engine = served.engine
    let thread = Thread { engine.run() }
    thread.name = "engine"
    thread.stackSize = 8 << 20
    thread.start()
    defer { engine.stop() }
    server.serve(served)
    logger.info("'\(served.names[0])', in \(served.mode), at http://\(options.hostInAddresses):\(port)/v1")
    if !server.isLoopback, !options.keys.areNeeded {
      logger.warning("other machines reach this address, and no key is needed: see --api-key-file")
    }
    isToStop.wait()
    try waiting { await server.stop(within: seconds) }
  }
}

extension Server {
  /// Listens and serves pages until `stop` is called.
  ///
  /// - Parameters:
  ///   - listen: Is given what stops the server, before it listens.
  ///   - started: Called with the server's address once it listens.
  ///   - page: Gives the page of a path with its query; called from any thread.
  /// - Throws: ``ServerError`` where it cannot listen.
  public static func servePages(
    _ options: ServerOptions, logger: Logger, listen: (_ stop: @escaping @Sendable () -> Void) -> Void,
    started: (_ address: String) -> Void, page: @escaping @Sendable (_ path: String) -> PageReply
  ) throws {
    let server = try Server(options, logger: logger, page: page)
    let isToStop = DispatchSemaphore(value: 0)
    listen { isToStop.signal() }
    let port = try waiting { try await server.start() }
    started("http://\(options.hostInAddresses):\(port)/")
    if !server.isLoopback { logger.warning("other machines reach this address, and no key is needed") }
    isToStop.wait()
    try waiting { await server.stop(within: 1) }
  }
}

extension ServerOptions {
  /// As a web address has it: IPv6 in brackets.
  fileprivate var hostInAddresses: String { host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host }
}

/// The value of an asynchronous call, waited for on a thread that is none of Swift's own.
private func waiting<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
  let isDone = DispatchSemaphore(value: 0)
  let box = ResultBox<Value>()
  Task {
    do { box.put(.success(try await body())) } catch { box.put(.failure(error)) }
    isDone.signal()
  }
  isDone.wait()
  return try box.take().get()
}

/// Carries a result from a task to the thread that waits for it.
private final class ResultBox<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)

  func put(_ value: Result<Value, any Error>) { result.withLock { $0 = value } }
  func take() -> Result<Value, any Error> { result.withLock { $0! } }
}
