internal import CHDF5
internal import TensorCore

/// An open HDF5 file, or the image of one in memory.
final class HDF5File: Sendable {
  /// Names the file in errors.
  let name: String
  var byteCount: Int { contents.byteCount }
  /// What the library reads, for the checks that it does not make; nothing while writing.
  private let contents: CheckpointContents
  /// Whether the file's metadata has checksums.
  private let isChecksummed: Bool
  private let handle: HDF5Handle

  private init(
    _ handle: consuming HDF5Handle, name: String, contents: CheckpointContents, isChecksummed: Bool
  ) {
    self.handle = handle
    self.name = name
    self.contents = contents
    self.isChecksummed = isChecksummed
  }

  /// Opens a file for reading, or the bytes of one.
  ///
  /// - Parameter isChecksummed: Whether its superblock says that metadata has checksums.
  static func open(_ contents: CheckpointContents, name: String, isChecksummed: Bool) throws(HDF5Error)
    -> HDF5File
  {
    let handle =
      switch contents {
      case .mapped(let file): try open(path: file.path)
      case .image(let bytes): try open(image: bytes, name: name)
      }
    return HDF5File(handle, name: name, contents: contents, isChecksummed: isChecksummed)
  }

  private static func open(path: String) throws(HDF5Error) -> HDF5Handle {
    try HDF5Library.serialized { () throws(HDF5Error) in
      let action = HDF5Error.Action.open(file: path)
      let access = try makeAccess(action)
      return try HDF5Handle(H5Fopen(path, chdf5_read_only(), access.id), closedBy: H5Fclose, action)
    }
  }

  private static func open(image: [UInt8], name: String) throws(HDF5Error) -> HDF5Handle {
    try HDF5Library.serialized { () throws(HDF5Error) in
      let action = HDF5Error.Action.open(file: name)
      let access = try makeAccess(action)
      try check(H5Pset_fapl_core(access.id, 1 << 16, false), action)
      var image = image  // the library's parameter is not const, and it copies
      try check(H5Pset_file_image(access.id, &image, image.count), action)
      // The library takes two open images of one name for one file.
      let unique = "image \(UInt64.random(in: .min ... .max))"
      return try HDF5Handle(H5Fopen(unique, chdf5_read_only(), access.id), closedBy: H5Fclose, action)
    }
  }

  /// Makes a new file, which must not exist.
  static func create(path: String) throws(HDF5Error) -> HDF5File {
    try HDF5Library.serialized { () throws(HDF5Error) in
      let action = HDF5Error.Action.create(file: path)
      let access = try makeAccess(action)
      // From 1.10 on, every piece of metadata carries a checksum, so that a damaged file is an error.
      try check(H5Pset_libver_bounds(access.id, H5F_LIBVER_V110, H5F_LIBVER_V110), action)
      let creation = try HDF5Handle.withoutTimes(chdf5_p_file_create(), action)
      let file = try HDF5Handle(
        H5Fcreate(path, chdf5_exclusive(), creation.id, access.id), closedBy: H5Fclose, action)
      return HDF5File(file, name: path, contents: .image([]), isChecksummed: true)
    }
  }

  /// No lock files: a checkpoint never changes in place, and file locks fail on some network file systems.
  private static func makeAccess(_ action: HDF5Error.Action) throws(HDF5Error) -> HDF5Handle {
    let access = try HDF5Handle.properties(H5Pcreate(chdf5_p_file_access()), action)
    try check(H5Pset_file_locking(access.id, false, true), action)
    return access
  }

  /// Runs `body` with the identifier of the file's root, alone in the library.
  func withRoot<Result: ~Copyable>(
    _ body: (borrowing HDF5Handle) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    try HDF5Library.serialized { () throws(HDF5Error) in try body(handle) }
  }

  /// Refuses an object whose header has no checksum, in a file where the others have them. Files without any were
  /// checked as a whole.
  func checkHeader(at address: haddr_t, _ action: HDF5Error.Action) throws(HDF5Error) {
    guard isChecksummed else { return }
    do throws(StructureFault) {
      try StructureCheck(checksummed: contents).newHeader(at: Int(clamping: address))
    } catch {
      throw HDF5Error(action, reason: error.description)
    }
  }

  /// Follows text of variable length into its heap, which has no checksum in any file.
  func checkText(
    _ attribute: String, of object: borrowing HDF5Handle, _ action: HDF5Error.Action
  ) throws(HDF5Error) {
    guard isChecksummed else { return }
    var information = H5O_info_t()
    try check(chdf5_object_info(object.id, &information), action)
    do throws(StructureFault) {
      try StructureCheck(checksummed: contents).text(attribute, at: Int(clamping: information.addr))
    } catch {
      throw HDF5Error(action, reason: error.description)
    }
  }

  /// Writes what the library still buffers to the system, where a full disk shows.
  func flush() throws(HDF5Error) {
    try withRoot { root throws(HDF5Error) in
      try check(H5Fflush(root.id, H5F_SCOPE_LOCAL), .write(object: name))
    }
  }
}
