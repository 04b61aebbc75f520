internal import CHDF5
internal import Foundation

/// The one door to libhdf5, which keeps global state and is not thread-safe: every call is made inside
/// ``serialized(_:)``.
///
/// The library's own printing of errors is switched off (its reasons become part of ``HDF5Error``), and so is the
/// loading of filter plugins, because a file must never decide what code runs.
enum HDF5Library {
  /// Recursive, because a handle may be closed while its owner is inside another call.
  private static let lock: NSRecursiveLock = {
    _ = H5open()
    _ = H5PLset_loading_state(0)
    return NSRecursiveLock()
  }()

  static func serialized<Result: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock.lock()
    defer { lock.unlock() }
    _ = chdf5_silence()  // Debian's build keeps one error stack for each thread, and threads are many
    return try body()
  }
}
