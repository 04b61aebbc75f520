import Foundation
import Sharding
import TensorCore

/// Prints how long a sum over all ranks takes, back to back and after work of a while.
func measure(_ communicator: any Communicator) throws {
  for (count, rounds) in [(1, 2000), (1024, 2000), (65_536, 300), (524_288, 100), (4_194_304, 20)] {
    let time = try median(of: rounds, communicator) {
      var tensor = Tensor(zeros: [count])
      let began = ContinuousClock.now
      try communicator.allReduce(&tensor, named: "measure")
      return ContinuousClock.now - began
    }
    if communicator.isMain { say("allReduce of \(count * 4) bytes on \(communicator.size) ranks: \(time)") }
  }
  let time = try median(of: 300, communicator) {
    let until = ContinuousClock.now + .milliseconds(1)
    while ContinuousClock.now < until {}
    var tensor = Tensor(zeros: [1024])
    let began = ContinuousClock.now
    try communicator.allReduce(&tensor, named: "measure")
    return ContinuousClock.now - began
  }
  if communicator.isMain { say("allReduce of 4096 bytes after a millisecond of work: \(time)") }
  let before = processorTime()
  if communicator.isMain { Thread.sleep(forTimeInterval: 1) }
  try communicator.barrier(named: "idle")
  if !communicator.isMain { say("waiting for a second took \(processorTime() - before) s of processor") }
}

private func median(of rounds: Int, _ communicator: any Communicator, _ body: () throws -> Duration) throws
  -> Duration
{
  try communicator.barrier(named: "round")
  return try (0..<rounds).map { _ in try body() }.sorted()[rounds / 2]
}

private func processorTime() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
