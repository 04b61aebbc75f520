import Dispatch
import Foundation
import Sharding
import ShardingTesting
import Synchronization
import Testing

private let meshes = (1...4).flatMap(Mesh.shapes(of:))

@Suite("Messages")
struct MessageTests {
  @Test("of one sender to one mailbox arrive in order, also one's own", arguments: meshes)
  func order(mesh: Mesh) throws {
    let count = 100
    let inOrder = try ThreadMesh.test(mesh) { communicator in
      for number in 0..<count {
        for rank in 0..<communicator.size {
          try communicator.send([UInt8(number)], to: rank, named: "numbers")
        }
      }
      var received = Array(repeating: [UInt8](), count: communicator.size)
      for _ in 0..<count * communicator.size {
        let message = try communicator.receive(named: "numbers")
        received[message.sender] += message.bytes
      }
      return received.allSatisfy { $0 == (0..<UInt8(count)).map(\.self) }
    }
    #expect(inOrder.allSatisfy { $0 })
  }

  @Test("lie in the mailbox that they were sent to until they are asked for")
  func mailboxes() throws {
    let received = try ThreadMesh.test(Mesh(batch: 2, shard: 1)) { communicator in
      try communicator.send([1], to: 1 - communicator.rank, named: "first")
      try communicator.send([2], to: 1 - communicator.rank, named: "second")
      try communicator.send([], to: 1 - communicator.rank, named: "first")
      try communicator.barrier()
      return try ["second", "first", "first"].map { try communicator.receive(named: $0).bytes }
    }
    #expect(received == [[[2], [1], []], [[2], [1], []]])
  }

  /// Rank 0 hands out the numbers 0, 1, 2, … from a thread of its own, while all ranks, itself too, add up what they get.
  @Test("are served by a thread beside one in a collective", arguments: [2, 4])
  func workRequests(ranks: Int) throws {
    let count: UInt8 = 200
    let sums = try ThreadMesh.test(Mesh(batch: ranks, shard: 1)) { communicator in
      let server = communicator.isMain ? Server(communicator, count: count) : nil
      var numbers: [Int] = []
      while true {
        try communicator.send([], to: 0, named: "requests")
        let answer = try communicator.receive(named: "answers").bytes
        if answer.isEmpty { break }
        numbers.append(Int(answer[0]))
      }
      try communicator.barrier(named: "end")
      try server?.wait()
      return numbers
    }
    #expect(sums.flatMap(\.self).sorted() == Array(0..<Int(count)), "each handed out once")
  }

  @Test("reach another thread of a rank that is alone")
  func solo() throws {
    let solo = SoloCommunicator()
    let thread = Thread {
      Thread.sleep(forTimeInterval: 0.02)
      solo.send([7], to: 0, named: "box")
    }
    thread.start()
    #expect(try solo.receive(named: "box") == Message(sender: 0, bytes: [7]))
  }

  @Test("are noted by a log")
  func log() throws {
    let log = CollectiveLog(SoloCommunicator())
    try log.send([1, 2, 3], to: 0, named: "a")
    #expect(try log.receive(named: "a").bytes == [1, 2, 3])
    #expect(log.entries.map { "\($0.collective) \($0.byteCount)" } == ["send 'a' 3", "receive 'a' 0"])
  }
}

/// Answers the requests of all ranks until it has told each that nothing is left.
private final class Server: Sendable {
  private let outcome = Mutex<Result<Void, any Error>?>(nil)
  private let done = DispatchSemaphore(value: 0)

  init(_ communicator: any Communicator, count: UInt8) {
    Thread {
      let outcome = Result {
        for number in 0..<Int(count) + communicator.size {
          let request = try communicator.receive(named: "requests")
          let answer = number < count ? [UInt8(number)] : []
          try communicator.send(answer, to: request.sender, named: "answers")
        }
      }
      self.outcome.withLock { $0 = outcome }
      self.done.signal()
    }.start()
  }

  func wait() throws {
    done.wait()
    try outcome.withLock { $0 }?.get()
  }
}
