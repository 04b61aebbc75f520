internal import Dispatch
internal import Foundation
internal import Sharding
internal import Synchronization
internal import TensorCore

extension CommunicatorCheck {
  static let messages = [order, boxes, largeMessages, workRequests]

  private static let order = CommunicatorCheck("keeps the order of one sender's messages, also to itself") {
    let count: UInt8 = 100
    for number in 0..<count {
      for rank in 0..<$0.size { try $0.send([number], to: rank, named: "numbers") }
    }
    var received = Array(repeating: [UInt8](), count: $0.size)
    for _ in 0..<Int(count) * $0.size {
      let message = try $0.receive(named: "numbers")
      received[message.sender] += message.bytes
    }
    for (sender, numbers) in received.enumerated() {
      try check(numbers, is: Array(0..<count), "from rank \(sender)")
    }
  }

  private static let boxes = CommunicatorCheck("keeps messages in their mailbox until they are asked for") {
    let next = ($0.rank + 1) % $0.size
    try $0.send([1], to: next, named: "first")
    try $0.send([2], to: next, named: "second")
    try $0.send([], to: next, named: "first")
    try $0.barrier(named: "sent")
    for (name, bytes) in [("second", [2]), ("first", [1]), ("first", [])] as [(String, [UInt8])] {
      let expected = Message(sender: ($0.rank + $0.size - 1) % $0.size, bytes: bytes)
      try check(try $0.receive(named: name), is: expected, "mailbox '\(name)'")
    }
  }

  private static let largeMessages = CommunicatorCheck("carries messages of any length, small behind large") {
    let lengths = [3_000_000, 1, 0, 2_048, 2_049, 70_000]
    let next = ($0.rank + 1) % $0.size
    for length in lengths {
      try $0.send([UInt8](repeating: UInt8(length % 251), count: length), to: next, named: "lengths")
    }
    for length in lengths {
      let bytes = try $0.receive(named: "lengths").bytes
      try check(bytes.count, is: length, "length")
      try check(bytes.allSatisfy { $0 == UInt8(length % 251) }, is: true, "bytes of \(length)")
    }
  }

  /// Rank 0 hands out the numbers 0, 1, 2, … from a thread of its own, while all ranks, itself too, sum up what they get.
  private static let workRequests = CommunicatorCheck(
    "serves requests on a thread beside one in a collective"
  ) {
    let count = 200
    let server = $0.isMain ? Server($0, count: count) : nil
    var numbers: [Int] = []
    while true {
      try $0.send([], to: 0, named: "requests")
      let answer = try $0.receive(named: "answers").bytes
      if answer.isEmpty { break }
      numbers.append(Int(answer[0]))
    }
    let shared = try $0.allGather(.init(numbers.map { Int32($0) }, shape: [numbers.count]), named: "numbers")
    try server?.wait()
    try check(shared.flatMap(\.int32s).sorted(), is: (0..<Int32(count)).map { $0 }, "numbers handed out")
  }
}

/// Serves the requests of all ranks until each has received that nothing is left.
private final class Server: Sendable {
  private let outcome = Mutex<Result<Void, any Error>?>(nil)
  private let done = DispatchSemaphore(value: 0)

  init(_ communicator: any Communicator, count: Int) {
    Thread {
      let outcome = Result {
        for number in 0..<count + communicator.size {
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
