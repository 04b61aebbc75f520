import Foundation
import Synchronization
import TensorCore
import Testing

@testable import Checkpoints

@Suite("Checkpoints that are replaced while they are read")
struct ReplacedCheckpointTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// Replaces a checkpoint in one thread, as often as it can, while `read` runs many times.
  private func race(_ replace: @escaping @Sendable (Int) throws -> Void, _ read: () throws -> Void) throws {
    let isDone = Atomic(false)
    let failure = Mutex<(any Error)?>(nil)
    let thread = Thread {
      var turn = 0
      while !isDone.load(ordering: .relaxed) {
        do { try replace(turn) } catch { failure.withLock { $0 = error } }
        turn += 1
      }
    }
    thread.start()
    let result = Result { for _ in 0..<300 { try read() } }
    isDone.store(true, ordering: .relaxed)
    while !thread.isFinished { usleep(1000) }
    try result.get()
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private static func write(_ turn: Int, to path: String) throws {
    let writer = try CheckpointFileWriter(path: path, configuration: "turn: \(turn % 2)\n")
    // The same sizes in another order, and no two places hold the same.
    for name in turn % 2 == 0 ? ["a", "b"] : ["b", "a"] {
      try writer.write(Tensor([Float](repeating: Float(turn % 2), count: 512), shape: [512]), named: name)
    }
    try writer.finish()
  }

  @Test("A file that is replaced during reading gives one of the two whole checkpoints")
  func file() throws {
    let path = directory.file("c.h5")
    try Self.write(0, to: path)
    let replace: @Sendable (Int) throws -> Void = { try Self.write($0, to: path) }
    try race(replace) {
      let checkpoint = try Checkpoint(path: path)
      let turn = Float(checkpoint.configuration == "turn: 1\n" ? 1 : 0)
      for name in ["a", "b"] { #expect(try checkpoint.tensor(named: name).floats.allSatisfy { $0 == turn }) }
    }
  }

  @Test("A folder that is replaced during reading gives settings, progress and weights of one checkpoint")
  func wholeDirectory() throws {
    let store = CheckpointStore(root: directory.path)
    let save: @Sendable (Int) throws -> Void = { turn in
      let writer = try store.writer(
        for: CheckpointIdentity(name: "run"), suffix: "best", configuration: "turn: \(turn % 2)\n",
        progress: .init(steps: turn % 2, score: nil))
      try writer.write(Tensor([Float](repeating: Float(turn % 2), count: 512), shape: [512]), named: "w")
      try writer.finish()
    }
    try save(0)
    let path = try store.location(name: "run", suffix: "best")
    try race(save) {
      let checkpoint = try Checkpoint(path: path)
      let turn = try #require(checkpoint.progress?.steps)
      #expect(checkpoint.configuration == "turn: \(turn)\n" && checkpoint.identity?.name == "run")
      #expect(try checkpoint.tensor(named: "w").floats.allSatisfy { $0 == Float(turn) })
    }
  }
}
