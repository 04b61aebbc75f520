internal import CHDF5

/// An HDF5 identifier that is closed exactly once.
struct HDF5Handle: ~Copyable, Sendable {
  typealias Closer = @convention(c) @Sendable (hid_t) -> herr_t

  let id: hid_t
  private let closer: Closer

  /// - Throws: ``HDF5Error`` for `action`, if `id` says that the call failed.
  init(_ id: hid_t, closedBy closer: Closer, _ action: @autoclosure () -> HDF5Error.Action) throws(HDF5Error)
  {
    guard id >= 0 else { throw HDF5Error(action()) }
    self.id = id
    self.closer = closer
  }

  deinit {
    let (id, closer) = (id, closer)
    _ = HDF5Library.serialized { closer(id) }
  }

  /// Closes now; call it where a failed close matters, as it does after writing.
  consuming func close(_ action: @autoclosure () -> HDF5Error.Action) throws(HDF5Error) {
    let (id, closer) = (id, closer)
    discard self
    guard HDF5Library.serialized({ closer(id) }) >= 0 else { throw HDF5Error(action()) }
  }
}

extension HDF5Handle {
  static func group(_ id: hid_t, _ action: @autoclosure () -> HDF5Error.Action) throws(HDF5Error)
    -> HDF5Handle
  {
    try HDF5Handle(id, closedBy: H5Gclose, action())
  }
  static func dataset(_ id: hid_t, _ action: @autoclosure () -> HDF5Error.Action) throws(HDF5Error)
    -> HDF5Handle
  {
    try HDF5Handle(id, closedBy: H5Dclose, action())
  }
  static func type(_ id: hid_t, _ action: @autoclosure () -> HDF5Error.Action) throws(HDF5Error) -> HDF5Handle
  {
    try HDF5Handle(id, closedBy: H5Tclose, action())
  }
  static func space(_ id: hid_t, _ action: @autoclosure () -> HDF5Error.Action) throws(HDF5Error)
    -> HDF5Handle
  {
    try HDF5Handle(id, closedBy: H5Sclose, action())
  }
  static func attribute(_ id: hid_t, _ action: @autoclosure () -> HDF5Error.Action) throws(HDF5Error)
    -> HDF5Handle
  {
    try HDF5Handle(id, closedBy: H5Aclose, action())
  }
  static func properties(_ id: hid_t, _ action: @autoclosure () -> HDF5Error.Action) throws(HDF5Error)
    -> HDF5Handle
  {
    try HDF5Handle(id, closedBy: H5Pclose, action())
  }

  /// Properties of objects that do not note when they are made: the same tensors give the same bytes.
  static func withoutTimes(_ kind: hid_t, _ action: @autoclosure () -> HDF5Error.Action) throws(HDF5Error)
    -> HDF5Handle
  {
    let properties = try properties(H5Pcreate(kind), action())
    try check(H5Pset_obj_track_times(properties.id, false), action())
    return properties
  }
}

/// - Throws: ``HDF5Error`` for `action`, if `status` says that the call failed.
func check(_ status: herr_t, _ action: @autoclosure () -> HDF5Error.Action) throws(HDF5Error) {
  guard status >= 0 else { throw HDF5Error(action()) }
}
