import Synchronization
import TensorCore
import Testing

@Suite("Thread pool", .serialized)
struct ThreadPoolTests {
  /// Sizes of region around the number of threads, and long enough for workers to join.
  @Test("A region runs every index once", arguments: [0, 1, 2, 3, 17, 1000])
  func everyIndexOnce(count: Int) {
    let taken = Counters(count)
    for _ in 0..<200 { ThreadPool.shared.run(count) { taken.add(at: $0) } }
    #expect((0..<count).allSatisfy { taken.value(at: $0) == 200 })
  }

  @Test("A region may run inside another, and regions may be run from several threads")
  func nestedAndConcurrent() async {
    let total = Counters(1)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<50 {
            ThreadPool.shared.run(8) { _ in
              ThreadPool.shared.run(4) { _ in total.add(at: 0) }
            }
          }
        }
      }
    }
    #expect(total.value(at: 0) == 4 * 50 * 32)
  }

  @Test("A pool changes its size between regions, and products keep their bits")
  func changesSize() {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.setThreadCount(before) }
    var samples = ProductSamples(seed: 9)
    let x = samples.tensor([300, 90])
    let packed = PackedMatrix(samples.tensor([1300, 90]), orientation: .outputsByInner, mode: .float32)
    let targets = TargetLists((0..<300).map { [Int32($0), 7] })
    var bits: Set<[UInt32]> = []
    var scores: [RowScores] = []
    for threads in [1, 2, 3, 5, 2] {
      ThreadPool.setThreadCount(threads)
      #expect(ThreadPool.shared.threadCount == threads)
      bits.insert(packed.multiply(x).bits)
      scores.append(packed.score(x, targets: targets))
    }
    #expect(bits.count == 1)
    #expect(scores.allSatisfy { $0 == scores[0] })
  }

  @Test("A thread pool has at least one thread")
  func noThreads() async {
    await #expect(processExitsWith: .failure) { ThreadPool.setThreadCount(0) }
  }
}

/// One count for each index of a region: atomic, since ThreadSanitizer does not see into the runtime's `Mutex` and
/// reports what it guards.
private final class Counters: Sendable {
  private final class Count: Sendable { let value = Atomic(0) }
  private let counts: [Count]

  init(_ count: Int) { counts = (0..<count).map { _ in Count() } }

  func add(at index: Int) { counts[index].value.add(1, ordering: .relaxed) }

  func value(at index: Int) -> Int { counts[index].value.load(ordering: .relaxed) }
}
