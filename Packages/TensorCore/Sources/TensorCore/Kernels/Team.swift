internal import CKernels
import Foundation

/// The worker threads that all kernels share.
///
/// Workers spin for about 100 µs before they park, so a region that follows another starts in a microsecond
/// or two. A result never depends on the number of threads: regions split rows or columns, never a reduction.
public final class Team: Sendable {
  /// The process's team. Its size is `ASSAY_THREADS` if set, else the processors that it may use.
  ///
  /// - Precondition: `ASSAY_THREADS`, if set, is an integer of at least 1.
  public static let shared = Team()

  private init() {
    guard let text = ProcessInfo.processInfo.environment["ASSAY_THREADS"] else { return }
    guard let threads = Int(text), threads >= 1 else {
      preconditionFailure("ASSAY_THREADS is '\(text)', not a number of threads")
    }
    tc_team_set_thread_count(threads)
  }

  /// How many threads a region uses, the caller's included.
  public var threadCount: Int { tc_team_thread_count() }

  /// Sets how many threads a region uses, from now on; waits for a region that runs.
  ///
  /// - Precondition: `threads` is at least 1, and the caller is not inside a region.
  public static func setThreadCount(_ threads: Int) {
    precondition(threads >= 1, "a team needs at least 1 thread, got \(threads)")
    _ = shared  // its initializer reads ASSAY_THREADS, which must not come after this
    precondition(tc_team_set_thread_count(threads), "setThreadCount inside a parallel region")
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
        tc_team_run(
          count, { context, index in context!.assumingMemoryBound(to: Region.self).pointee.body(index) },
          region)
      }
    }
  }

  private struct Region { let body: @Sendable (Int) -> Void }
}
