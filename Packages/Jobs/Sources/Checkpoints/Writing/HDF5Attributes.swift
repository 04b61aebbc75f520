internal import CHDF5

extension HDF5Handle {
  /// Writes text of fixed length, UTF-8, padded with zeros: it lies in the object's checksummed header, where text of
  /// variable length lies in a heap without a checksum.
  borrowing func write(_ strings: [String], scalar: Bool, attribute name: String, of object: String)
    throws(HDF5Error)
  {
    let action = HDF5Error.Action.write(object: "\(object)@\(name)")
    let texts = strings.map { Array($0.utf8) }
    let width = max(1, texts.map(\.count).max() ?? 1)
    let type = try HDF5Handle.type(H5Tcopy(chdf5_c_s1()), action)
    try check(H5Tset_size(type.id, width), action)
    try check(H5Tset_strpad(type.id, H5T_STR_NULLPAD), action)
    try check(H5Tset_cset(type.id, H5T_CSET_UTF8), action)
    var length = hsize_t(strings.count)
    let space = try HDF5Handle.space(
      scalar ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &length, nil), action)
    let attribute = try HDF5Handle.attribute(
      H5Acreate2(id, name, type.id, space.id, chdf5_default(), chdf5_default()), action)
    let bytes = texts.flatMap { $0 + [UInt8](repeating: 0, count: width - $0.count) }
    if !bytes.isEmpty { try check(H5Awrite(attribute.id, type.id, bytes), action) }
  }

  borrowing func write(_ number: Int, attribute name: String, of object: String) throws(HDF5Error) {
    let action = HDF5Error.Action.write(object: "\(object)@\(name)")
    let space = try HDF5Handle.space(H5Screate(H5S_SCALAR), action)
    let attribute = try HDF5Handle.attribute(
      H5Acreate2(id, name, chdf5_std_i64le(), space.id, chdf5_default(), chdf5_default()), action)
    var value = Int64(number)
    try check(H5Awrite(attribute.id, chdf5_std_i64le(), &value), action)
  }
}
