import Dispatch
import Foundation
import Sharding
import ShardingTesting
import Synchronization
import Testing

@Suite("A message that does not come")
struct MessageFailureTests {
  struct Spilled: Error, CustomStringConvertible {
    let description = "no such tensor 'wte'"
  }

  @Test("A rank that fails ends all waits for its messages, on all threads", arguments: [2, 3, 4])
  func failure(ranks: Int) throws {
    let received = Mutex<[CommunicatorError?]>([])
    let failure = #expect(throws: RankFailure.self) {
      try ThreadMesh.test(Mesh(batch: ranks, shard: 1)) { communicator in
        if communicator.rank == 1 { throw Spilled() }
        let result = receiveBeside(communicator)
        received.withLock { $0.append(result.error) }
        _ = try communicator.receive(named: "answers")
      }
    }
    #expect(failure?.rank == 1 && failure?.error is Spilled)
    let expected = (0..<ranks).filter { $0 != 1 }.map {
      CommunicatorError(
        Collective(.receive, named: "requests"), rank: $0,
        reason: .rankFailed(rank: 1, message: Spilled().description))
    }
    #expect(received.withLock { $0.compactMap(\.self).sorted { $0.rank < $1.rank } } == expected)
  }

  @Test("A message to a rank that is known to have failed is refused")
  func sendingAfterFailure() throws {
    let received = Mutex<CommunicatorError?>(nil)
    let failure = #expect(throws: RankFailure.self) {
      try ThreadMesh.test(Mesh(batch: 2, shard: 1)) { communicator in
        if communicator.rank == 1 { throw Spilled() }
        try? communicator.barrier()
        do {
          try communicator.send([1], to: 1, named: "requests")
        } catch {
          received.withLock { $0 = error as? CommunicatorError }
        }
      }
    }
    #expect(failure?.rank == 1)
    #expect(
      received.withLock { $0 }
        == CommunicatorError(
          Collective(.send, named: "requests"), rank: 0,
          reason: .rankFailed(rank: 1, message: Spilled().description)))
  }

  @Test("A message sent before its sender failed is received")
  func sentBeforeFailure() {
    let received = Mutex<[UInt8]>([])
    let failure = #expect(throws: RankFailure.self) {
      try ThreadMesh.test(Mesh(batch: 2, shard: 1)) { communicator in
        if communicator.rank == 1 {
          try communicator.send([5], to: 0, named: "last words")
          throw Spilled()
        }
        try? communicator.barrier()
        let message = try communicator.receive(named: "last words")
        received.withLock { $0 = message.bytes }
      }
    }
    #expect(failure?.rank == 1)
    #expect(received.withLock { $0 } == [5])
  }

  @Test("A wait for a message ends when all other ranks have returned", arguments: [2, 3])
  func returned(ranks: Int) throws {
    let failure = #expect(throws: RankFailure.self) {
      try ThreadMesh.test(Mesh(batch: ranks, shard: 1)) { communicator in
        if communicator.isMain { _ = try communicator.receive(named: "requests") }
      }
    }
    #expect(
      failure?.error as? CommunicatorError
        == CommunicatorError(
          Collective(.receive, named: "requests"), rank: 0, reason: .rankReturned(rank: ranks - 1)))
  }

  @Test("A rank receives its own message when all others have returned")
  func ownMessage() throws {
    let received = try ThreadMesh.test(Mesh(batch: 2, shard: 1)) { communicator in
      guard communicator.isMain else { return false }
      return receiveBeside(communicator) {
        Thread.sleep(forTimeInterval: 0.05)  // rank 1 has long returned
        try? communicator.send([], to: 0, named: "requests")
      }.isMessage
    }
    #expect(received == [true, false])
  }

  @Test("A message that does not come is reported when patience ends")
  func hang() throws {
    let failure = #expect(throws: RankFailure.self) {
      try ThreadMesh.test(Mesh(batch: 3, shard: 1), patience: .milliseconds(300), waitForSilentRank)
    }
    #expect(
      (failure?.error as? CommunicatorError)?.reason
        == .timedOut(seconds: 0.3, missing: ["rank 1 (before its first collective)"]))
  }

  @Test("A message cannot be sent along an axis")
  func alongAxis() async {
    await #expect(processExitsWith: .failure) {
      _ = try ThreadMesh.test(Mesh(batch: 2, shard: 2)) { communicator in
        try communicator.along(.shard).send([], to: 0, named: "")
      }
    }
  }
}

/// Of three ranks, the first waits for a message longer than 0.3 s, the second is silent, the third waits for both.
func waitForSilentRank(_ communicator: any Communicator) throws {
  switch communicator.rank {
  case 0: _ = try communicator.receive(named: "work")
  case 1: Thread.sleep(forTimeInterval: 1)
  default:
    Thread.sleep(forTimeInterval: 0.1)
    try communicator.barrier(named: "end")
  }
}

/// What a thread beside the rank's own gets when it receives from `requests`.
///
/// - Parameter meanwhile: What the calling thread does before it waits for the result.
private func receiveBeside(_ communicator: any Communicator, meanwhile: () -> Void = {}) -> Received {
  let note = Note()
  let done = DispatchSemaphore(value: 0)
  Thread {
    do {
      _ = try communicator.receive(named: "requests")
      note.received.withLock { $0.isMessage = true }
    } catch {
      note.received.withLock { $0.error = error as? CommunicatorError }
    }
    done.signal()
  }.start()
  meanwhile()
  done.wait()
  return note.received.withLock { $0 }
}

/// A message, or the error in its place.
private struct Received {
  var isMessage = false
  var error: CommunicatorError?
}

private final class Note: Sendable {
  let received = Mutex(Received())
}
