import Foundation
import Sharding
import ShardingTesting
import TensorCore

/// What the ranks of a run do together.
struct Scenario: Sendable {
  var patience: Duration?
  let run: @Sendable (any Communicator) throws -> Void

  struct Spilled: Error, CustomStringConvertible {
    let description = "no such tensor 'wte'"
  }

  static let all: [String: Scenario] = [
    "checks": Scenario { communicator in
      for check in CommunicatorCheck.all {
        try communicator.barrier(named: check.description)
        do {
          try check.run(communicator)
        } catch let error as CommunicatorCheckFailure {
          throw CommunicatorCheckFailure("\(check): \(error)")
        }
      }
      if communicator.isMain { say("\(CommunicatorCheck.all.count) checks passed on \(communicator.mesh)") }
    },
    "throw": Scenario { communicator in
      try communicator.barrier(named: "start")
      if communicator.rank == communicator.size - 1 { throw Spilled() }
      Thread.sleep(forTimeInterval: 0.2 * Double(communicator.rank))  // one computes, another waits
      var tensor = Tensor(numbered: [4])
      try communicator.allReduce(&tensor, named: "loss")
    },
    "throw-waiting": Scenario { communicator in
      try communicator.barrier(named: "start")
      if communicator.rank == communicator.size - 1 { throw Spilled() }
      _ = try communicator.receive(named: "work")
    },
    "return": Scenario { communicator in
      if communicator.rank < communicator.size - 1 { try communicator.barrier(named: "end") }
    },
    "disagree": Scenario { communicator in
      var tensor = Tensor(numbered: [2, 3])
      if communicator.isMain { try communicator.barrier(named: "end") }
      try communicator.allReduce(&tensor, named: "loss")
    },
    "shapes": Scenario { communicator in
      var tensor = Tensor(numbered: [200 + communicator.rank, 300])
      try communicator.allReduce(&tensor, named: "loss")
    },
    "hang": Scenario(patience: .milliseconds(500)) { communicator in
      try communicator.barrier(named: "start")
      if communicator.rank == communicator.size - 1 { Thread.sleep(forTimeInterval: 2) }
      try communicator.barrier(named: "block 3")
    },
    // The last rank dies as by `kill -9`, while the others wait for it.
    "kill": Scenario { communicator in
      try communicator.barrier(named: "start")
      if communicator.rank == communicator.size - 1 { kill(getpid(), SIGKILL) }
      try communicator.barrier(named: "end")
    },
    // More bytes than a count of MPI holds.
    "large": Scenario { communicator in
      let count = 1 << 31 + 17
      var tensor = Tensor(zeros: [0], elementType: .uint8)
      if communicator.isMain {
        tensor = Tensor(shape: [count], elementType: .uint8) {
          $0.storeBytes(of: 201, toByteOffset: count - 1, as: UInt8.self)
        }
      }
      try communicator.broadcast(&tensor, from: 0, named: "large")
      let last = tensor.withBytes { $0.unsafeLoad(fromByteOffset: count - 1, as: UInt8.self) }
      guard tensor.count == count, last == 201 else {
        throw CommunicatorCheckFailure("\(tensor.count) bytes, the last \(last)")
      }
      if communicator.isMain { say("\(count) bytes arrived") }
    },
    "measure": Scenario { try measure($0) },
  ]
}

/// One line, whole even where other ranks write.
func say(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
