/// IV.A.2.e and f: what elements are that were never written.
struct FillValue {
  /// One element as it is stored; `nil` where the file gives none.
  let bytes: [UInt8]?

  /// Fill value, versions 1 to 3.
  init(_ message: ByteCursor, _ type: StoredType) throws(HDF5Fault) {
    var data = message
    let version = try data.number(1)
    try data.require((1...3).contains(version), "a fill value of version 1 to 3", found: "\(version)")
    let isThere: Bool
    if version == 3 {
      let flags = try data.number(1)
      try data.require(flags & 0xC0 == 0, "known flags")
      isThere = flags & 0x20 != 0
    } else {
      try data.skip(2)  // when space is allocated, and when it is filled
      isThere = try data.number(1) != 0
    }
    bytes = isThere ? try Self.value(&data, type) : nil
  }

  /// Fill value of the oldest kind, which has no version.
  init(old message: ByteCursor, _ type: StoredType) throws(HDF5Fault) {
    var data = message
    bytes = try Self.value(&data, type)
  }

  private static func value(_ data: inout ByteCursor, _ type: StoredType) throws(HDF5Fault) -> [UInt8]? {
    let byteCount = try data.number(4)
    if byteCount == 0 || byteCount == 0xFFFF_FFFF { return nil }
    try data.require(
      byteCount == type.byteCount, "a fill value of \(type.byteCount) bytes", found: "\(byteCount)")
    return try data.bytes(byteCount)
  }
}
