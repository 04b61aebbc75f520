internal import CHDF5
internal import Foundation

/// The one door to libhdf5, which keeps global state and is not thread-safe: every call is made inside
/// ``serialized(_:)``.
///
/// The first call switches off the library's own error printing (its reasons become part of ``HDF5Error``) and
/// the loading of filter plugins, because a file must never decide what code runs.
enum HDF5Library {
  /// Recursive, because a handle may be closed while its owner is inside another call.
  private static let lock: NSRecursiveLock = {
    _ = H5open()
    _ = chdf5_silence()
    _ = H5PLset_loading_state(0)
    return NSRecursiveLock()
  }()

  static func serialized<Result: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body()
  }
}
