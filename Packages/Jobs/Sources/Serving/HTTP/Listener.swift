import FlyingSocks
import Foundation
import Logging
import Synchronization

/// Listens at an address, and serves each connection in a task of its own.
final class Listener: Sendable {
  let table: ConnectionTable
  private let watch: ConnectionWatch
  private let limits: ServerLimits
  private let logger: Logger
  private let pool: any AsyncSocketPool = SocketPool<Poll>.make()

  private struct State {
    var socket: Socket?
    var tasks: [Task<Void, Never>] = []
  }
  private let state = Mutex(State())

  init(_ table: ConnectionTable, _ watch: ConnectionWatch, _ limits: ServerLimits, logger: Logger) {
    (self.table, self.watch, self.limits, self.logger) = (table, watch, limits, logger)
  }

  /// Begins to listen.
  ///
  /// - Parameter serve: Serves one connection, which is closed after it.
  /// - Returns: The port; `nil` where the system does not tell it.
  /// - Throws: `SocketError` where the address is taken or not this machine's.
  func start(
    at address: ListeningAddress, serve: @escaping @Sendable (Connection) async -> Void
  ) async throws -> Int? {
    let socket = try address.listen()
    do {
      try await pool.prepare()
      let accepting = try AsyncSocket(socket: socket, pool: pool)
      let polls = Task { [pool, logger] in
        do { try await pool.run() } catch is CancellationError {} catch {
          logger.critical("the server no longer hears its connections: \(error)")
        }
      }
      let accepts = Task { await self.accept(from: accepting, serve) }
      state.withLock { $0 = State(socket: socket, tasks: [accepts, polls]) }
    } catch {
      try? socket.close()
      throw error
    }
    switch try? socket.sockname() {
    case .ip4(_, let port)?, .ip6(_, let port)?: return Int(port)
    case .unix?, nil: return nil
    }
  }

  private func accept(from socket: AsyncSocket, _ serve: @escaping @Sendable (Connection) async -> Void) async
  {
    while !Task.isCancelled {
      do {
        let connection = Connection(try await socket.accept(), pool, idleSeconds: limits.idleSeconds)
        guard table.add(connection) else {
          connection.close()
          continue
        }
        watch.begin()
        Task { [table] in
          await serve(connection)
          table.remove(connection)
          connection.close()
        }
      } catch {
        guard !Task.isCancelled else { return }
        // Such as too many open files: those that close make room.
        logger.error("no connection is accepted: \(error)")
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  /// Stops listening, lets connections send what they have for a second, and closes them.
  func stop() async {
    let state = state.withLock { state in
      defer { state = State() }
      return state
    }
    guard let socket = state.socket else { return }
    state.tasks.first?.cancel()
    await state.tasks.first?.value
    try? socket.close()
    table.endIdle()
    let end = ContinuousClock.now + .seconds(1)
    while !table.all.isEmpty, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(5)) }
    for connection in table.all { connection.end() }
    state.tasks.last?.cancel()
    await state.tasks.last?.value
  }
}
