internal import CHDF5

/// Attributes of the object behind a handle: text, lists of text, and whole numbers.
extension HDF5Handle {
  /// The strings of an attribute, of fixed or variable length; `nil` if there is no such attribute.
  ///
  /// - Throws: ``HDF5Error`` if it holds something else than UTF-8 text, or more than the file.
  borrowing func strings(attribute name: String, of object: String, in file: HDF5File) throws(HDF5Error)
    -> [String]?
  {
    let action = HDF5Error.Action.read(object: "\(object)@\(name)")
    guard let attribute = try openAttribute(name, action) else { return nil }
    let type = try HDF5Handle.type(H5Aget_type(attribute.id), action)
    let space = try HDF5Handle.space(H5Aget_space(attribute.id), action)
    let count = Int(H5Sget_simple_extent_npoints(space.id))
    guard H5Tget_class(type.id) == H5T_STRING else {
      throw HDF5Error(action, reason: "expected text, found \(type.typeName)")
    }
    let (width, limit) = (H5Tget_size(type.id), file.byteCount)
    guard count >= 0, count <= limit, width <= limit, count * width <= limit else {
      throw HDF5Error(
        action,
        reason: "its header promises \(count) strings of \(width) bytes, which the file is too small for")
    }
    if count == 0 { return [] }
    let isVariable = H5Tis_variable_str(type.id) > 0
    if isVariable { try file.checkText(name, of: self, action) }
    let texts =
      isVariable
      ? try variableTexts(attribute, type, space, count, action)
      : try fixedTexts(attribute, type, count, width, action)
    var strings: [String] = []
    for text in texts {
      guard let string = String(validating: text, as: UTF8.self) else {
        throw HDF5Error(action, reason: "expected UTF-8 text")
      }
      strings.append(string)
    }
    return strings
  }

  /// The text of an attribute with one element; `nil` if there is no such attribute.
  borrowing func string(attribute name: String, of object: String, in file: HDF5File) throws(HDF5Error)
    -> String?
  {
    guard let strings = try strings(attribute: name, of: object, in: file) else { return nil }
    guard strings.count == 1 else {
      throw HDF5Error(
        .read(object: "\(object)@\(name)"), reason: "expected one string, found \(strings.count)")
    }
    return strings[0]
  }

  /// The whole number in an attribute with one element; `nil` if there is no such attribute.
  borrowing func integer(attribute name: String, of object: String) throws(HDF5Error) -> Int? {
    let action = HDF5Error.Action.read(object: "\(object)@\(name)")
    guard let attribute = try openAttribute(name, action) else { return nil }
    let type = try HDF5Handle.type(H5Aget_type(attribute.id), action)
    let space = try HDF5Handle.space(H5Aget_space(attribute.id), action)
    guard H5Tget_class(type.id) == H5T_INTEGER, H5Sget_simple_extent_npoints(space.id) == 1 else {
      throw HDF5Error(action, reason: "expected one whole number, found \(type.typeName)")
    }
    var value: Int64 = 0
    try check(H5Aread(attribute.id, chdf5_std_i64le(), &value), action)
    return Int(value)
  }

  private borrowing func openAttribute(
    _ name: String, _ action: HDF5Error.Action
  ) throws(HDF5Error) -> HDF5Handle? {
    let exists = H5Aexists(id, name)
    guard exists >= 0 else { throw HDF5Error(action) }
    return exists > 0 ? try HDF5Handle.attribute(H5Aopen(id, name, chdf5_default()), action) : nil
  }
}

/// Each element's bytes up to its padding.
private func fixedTexts(
  _ attribute: borrowing HDF5Handle, _ type: borrowing HDF5Handle, _ count: Int, _ width: Int,
  _ action: HDF5Error.Action
) throws(HDF5Error) -> [[UInt8]] {
  var bytes = [UInt8](repeating: 0, count: count * width)
  try check(H5Aread(attribute.id, type.id, &bytes), action)
  let padding: UInt8 = H5Tget_strpad(type.id) == H5T_STR_SPACEPAD ? 0x20 : 0
  return (0..<count).map { index in
    let text = bytes[index * width..<(index + 1) * width]
    if padding == 0 { return Array(text.prefix { $0 != 0 }) }
    return Array(text.prefix((text.lastIndex { $0 != padding } ?? text.startIndex - 1) - text.startIndex + 1))
  }
}

/// Strings that the library allocates, copied and given back.
private func variableTexts(
  _ attribute: borrowing HDF5Handle, _ type: borrowing HDF5Handle, _ space: borrowing HDF5Handle,
  _ count: Int,
  _ action: HDF5Error.Action
) throws(HDF5Error) -> [[UInt8]] {
  var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
  try check(H5Aread(attribute.id, type.id, &pointers), action)
  defer { _ = H5Dvlen_reclaim(type.id, space.id, chdf5_default(), &pointers) }
  return pointers.map { pointer in
    guard let pointer else { return [] }
    var length = 0
    while pointer[length] != 0 { length += 1 }
    return Array(UnsafeRawBufferPointer(start: pointer, count: length))
  }
}

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
