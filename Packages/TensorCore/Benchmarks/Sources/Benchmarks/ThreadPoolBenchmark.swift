import Synchronization
import TensorCore

/// A region whose two workers wait for one another, so that both must have come: start and end of a region.
struct ThreadPoolBenchmark {
  func run() {
    ThreadPool.setThreadCount(2)
    let regions = 1000
    let time = fastest {
      for _ in 0..<regions {
        let arrived = Atomic(0)
        ThreadPool.shared.run(2) { _ in
          arrived.add(1, ordering: .acquiringAndReleasing)
          while arrived.load(ordering: .acquiring) < 2 {}
        }
      }
    }
    print("### threads\n\nA region of two workers: \(Int(time / Double(regions) * 1e9)) ns.\n")
  }
}
