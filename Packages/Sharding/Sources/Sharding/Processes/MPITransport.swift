#if MPI
internal import Dispatch
internal import Foundation
internal import Synchronization

/// The thread that makes all calls of MPI: it sends what other threads hand it, and hands on what comes.
final class MPITransport: PacketTransport {
  let rank: Int
  let size: Int
  private let queue: Queue

  /// What other threads share with the one of MPI.
  private final class Queue: Sendable {
    struct State {
      var packets: [(Packet, Int)] = []
      var isClosing = false
    }
    let state = Mutex(State())
    let isWaiting = Atomic(false)
    let waker = DispatchSemaphore(value: 0)
    /// Rank and size, or why MPI did not start.
    let start = Promise<Result<(rank: Int, size: Int), MPIError>>()
    let end = Promise<MPIError?>()
  }

  /// Starts MPI on a thread of its own.
  ///
  /// - Parameter receiver: Receives the packets, on that thread.
  init(delivering receiver: any PacketReceiver) throws(MPIError) {
    let queue = Queue()
    let thread = Thread { Self.run(queue, receiver) }
    thread.name = "MPI"
    thread.start()
    (rank, size) = try queue.start.value.get()
    self.queue = queue
  }

  func send(_ packet: Packet, to rank: Int) {
    queue.state.withLock { $0.packets.append((packet, rank)) }
    queue.waker.signal()
  }

  func hurry(_ isWaiting: Bool) {
    queue.isWaiting.store(isWaiting, ordering: .relaxed)
  }

  /// Ends MPI when all packets have left. All ranks must.
  func close() throws(MPIError) {
    queue.state.withLock { $0.isClosing = true }
    queue.waker.signal()
    if let error = queue.end.value { throw error }
  }

  private static func run(_ queue: Queue, _ receiver: any PacketReceiver) {
    let pump: MPIPump
    do throws(MPIError) {
      pump = try MPIPump()
    } catch {
      return queue.start.fulfil(.failure(error))
    }
    queue.start.fulfil(.success((pump.world.rank, pump.world.size)))
    do throws(MPIError) {
      try carry(queue, pump, receiver)
      try pump.world.finalize()
      queue.end.fulfil(nil)
    } catch {
      receiver.transportFailed(error.description)
      queue.end.fulfil(error)
    }
  }

  private static func carry(
    _ queue: Queue, _ pump: MPIPump, _ receiver: any PacketReceiver
  ) throws(MPIError) {
    var idling = Idling()
    while true {
      let (packets, isClosing) = queue.state.withLock { state in
        defer { state.packets = [] }
        return (state.packets, state.isClosing)
      }
      for (packet, rank) in packets { try pump.send(packet, to: rank) }
      let hasMoved = try pump.progress { receiver.receive($0, from: $1) }
      if isClosing && packets.isEmpty && pump.world.isIdle { return }
      if hasMoved || !packets.isEmpty {
        idling = Idling()
      } else {
        idling.pause(isWaitedFor: queue.isWaiting.load(ordering: .relaxed), queue.waker)
      }
    }
  }
}

/// How the thread of MPI spends the time in which nothing happens.
///
/// While the rank's body waits, its core is free: the thread spins for a while, so that a small collective takes
/// microseconds. Else, and after that, it sleeps for an eighth of the time that nothing has happened, at most a millisecond:
/// what comes is late by an eighth at most, and a core that another thread needs is taken for a percent of its time.
private struct Idling {
  private static let spin = Duration.microseconds(300)
  private static let longest = Duration.milliseconds(1)

  private let since = ContinuousClock.now

  func pause(isWaitedFor: Bool, _ waker: DispatchSemaphore) {
    let idle = ContinuousClock.now - since
    if isWaitedFor && idle < Self.spin {
      sched_yield()
    } else {
      let time = min(Self.longest, max(.microseconds(20), idle / 8))
      _ = waker.wait(timeout: .now() + time.seconds)
    }
  }
}

/// A value that one thread gives and another waits for.
private final class Promise<Value: Sendable>: Sendable {
  private let content = Mutex<Value?>(nil)
  private let isThere = DispatchSemaphore(value: 0)

  func fulfil(_ value: Value) {
    content.withLock { $0 = value }
    isThere.signal()
  }

  var value: Value {
    isThere.wait()
    defer { isThere.signal() }
    return content.withLock { $0! }
  }
}
#endif
