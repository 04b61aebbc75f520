public import Basics
internal import CKernels
import Foundation

/// The worker threads that all kernels share.
///
/// Workers spin for about 100 µs before they park, so a region that follows another starts in a microsecond
/// or two. A result never depends on the number of threads: regions split rows or columns, never a reduction.
public final class ThreadPool: Sendable {
  /// The process's thread pool. Its size is `ASSAY_THREADS` if set, else the processors that it may use.
  ///
  /// - Precondition: `ASSAY_THREADS`, if set, is an integer in ``threadCounts``. A program that wants an error and not a
  ///   trap calls ``preferredThreadCount(environment:)`` first.
  public static let shared = ThreadPool()

  private init() {
    do {
      let environment = ProcessInfo.processInfo.environment
      if let threads = try Self.preferredThreadCount(environment: environment) {
        tc_pool_set_thread_count(threads)
      }
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// How many threads a thread pool may have.
  public static let threadCounts = 1...256

  /// What `environment` asks for with `ASSAY_THREADS`; `nil` where it is not set.
  ///
  /// - Throws: ``ThreadCountError`` if it is no integer in ``threadCounts``.
  public static func preferredThreadCount(
    environment: [String: String]
  ) throws(ThreadCountError) -> Int? {
    guard let text = environment["ASSAY_THREADS"] else { return nil }
    guard let threads = Int(text), threadCounts.contains(threads) else {
      throw ThreadCountError(variable: "ASSAY_THREADS", found: text)
    }
    return threads
  }

  /// How many threads a region uses, the caller's included.
  public var threadCount: Int { tc_pool_thread_count() }

  /// Sets how many threads a region uses, from now on; waits for a region that runs.
  ///
  /// - Precondition: `threads` is at least 1, and the caller is not inside a region.
  public static func setThreadCount(_ threads: Int) {
    precondition(threads >= 1, "a thread pool needs at least 1 thread, got \(threads)")
    _ = shared  // its initializer reads ASSAY_THREADS, which must not come after this
    precondition(tc_pool_set_thread_count(threads), "setThreadCount inside a parallel region")
  }

  /// Runs `body` once for every index in `0 ..< count`, in no order, and returns when all are done.
  ///
  /// While another region runs, the caller does all the work itself: what `body` writes must not depend on
  /// who runs it.
  public func run(_ count: Int, _ body: @Sendable (Int) -> Void) {
    precondition(count >= 0, "a region of \(count) steps")
    withoutActuallyEscaping(body) { body in
      var region = Region(body: body)
      withUnsafeMutablePointer(to: &region) { region in
        tc_pool_run(
          count, { context, index in context!.assumingMemoryBound(to: Region.self).pointee.body(index) },
          region)
      }
    }
  }

  private struct Region { let body: @Sendable (Int) -> Void }
}

/// An environment variable for the number of threads that holds none.
public struct ThreadCountError: ReportableError, Sendable, Equatable {
  /// The variable's name.
  public let variable: String
  /// Its value.
  public let found: String

  public var fault: Fault { .usage }

  public var description: String {
    let (least, most) = (ThreadPool.threadCounts.lowerBound, ThreadPool.threadCounts.upperBound)
    return "\(variable) must be a number of threads from \(least) to \(most), found '\(found)'"
  }
}
