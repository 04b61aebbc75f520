internal import CHDF5

/// An HDF5 file that libhdf5 writes. The library reads nothing that is not its own: see ``HDF5Reader``.
final class HDF5Output: Sendable {
  private let path: String
  private let handle: HDF5Handle

  /// Makes a new file, which must not exist.
  init(path: String) throws(HDF5Error) {
    self.path = path
    handle = try HDF5Library.serialized { () throws(HDF5Error) in
      let action = HDF5Error.Action.create(file: path)
      let access = try HDF5Handle.properties(H5Pcreate(chdf5_p_file_access()), action)
      // No lock files: a checkpoint never changes in place, and file locks fail on some network file systems.
      try check(H5Pset_file_locking(access.id, false, true), action)
      // From 1.10 on, every piece of metadata carries a checksum, so that a damaged file is an error.
      try check(H5Pset_libver_bounds(access.id, H5F_LIBVER_V110, H5F_LIBVER_V110), action)
      let creation = try HDF5Handle.withoutTimes(chdf5_p_file_create(), action)
      return try HDF5Handle(
        H5Fcreate(path, chdf5_exclusive(), creation.id, access.id), closedBy: H5Fclose, action)
    }
  }

  /// Runs `body` with the identifier of the file's root, alone in the library.
  func withRoot<Result: ~Copyable>(
    _ body: (borrowing HDF5Handle) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    try HDF5Library.serialized { () throws(HDF5Error) in try body(handle) }
  }

  /// Writes what the library still buffers to the system, where a full disk shows.
  func flush() throws(HDF5Error) {
    try withRoot { root throws(HDF5Error) in
      try check(H5Fflush(root.id, H5F_SCOPE_LOCAL), .write(object: path))
    }
  }
}
