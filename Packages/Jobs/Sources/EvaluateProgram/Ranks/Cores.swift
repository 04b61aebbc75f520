import Basics
import Foundation
import Sharding
import TensorCore

/// Shares a host's cores among the ranks on it, unless `ASSAY_THREADS` sets how many threads each has.
enum Cores {
  /// For ranks that are threads of this process.
  static func divide(among ranks: Int) {
    guard isFree else { return }
    ThreadPool.setThreadCount(max(whole / ranks, 1))
  }

  /// Gives ranks that are threads all cores again, to load what comes next.
  static func undivide() {
    if isFree { ThreadPool.setThreadCount(whole) }
  }

  /// How many threads there are before cores are shared.
  private static let whole = ThreadPool.shared.threadCount

  /// For ranks that are processes: those that may use the same cores share them. A launcher that has bound each process
  /// to cores of its own has shared them already.
  static func divide(over communicator: any Communicator) throws {
    let own = Array("\(Machine.hostName) \(Machine.allowedCores)".utf8)
    let sharers = try communicator.allGather(own, named: "cores").count { $0 == own }
    guard isFree, sharers > 1 else { return }
    ThreadPool.setThreadCount(max(ThreadPool.shared.threadCount / sharers, 1))
  }

  private static var isFree: Bool { ProcessInfo.processInfo.environment["ASSAY_THREADS"] == nil }
}
