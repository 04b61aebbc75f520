internal import CHDF5

extension HDF5File {
  /// Groups nested deeper than this are refused; a parameter's path has four or five.
  private static let deepest = 64

  /// All datasets below some groups of the root, by path. Only hard links are followed: others may name another file.
  ///
  /// - Parameter groups: By default a checkpoint's sections; what else is in its file is other people's. `nil` for all.
  /// - Throws: ``HDF5Error`` for the first object that cannot be read or that promises more than the file holds.
  func datasets(
    in groups: Set<String>? = Set(Checkpoint.Section.allCases.map(\.rawValue))
  ) throws(HDF5Error) -> [HDF5Dataset] {
    try withRoot { root throws(HDF5Error) in
      var found: [HDF5Dataset] = []
      var visited: Set<haddr_t> = []
      let group = try HDF5Handle.group(H5Gopen2(root.id, "/", chdf5_default()), .read(object: "/"))
      try collect(in: group, path: "", groups: groups, depth: 0, visited: &visited, into: &found)
      return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
  }

  private func collect(
    in group: borrowing HDF5Handle, path: String, groups: Set<String>?, depth: Int,
    visited: inout Set<haddr_t>,
    into found: inout [HDF5Dataset]
  ) throws(HDF5Error) {
    let action = HDF5Error.Action.read(object: "/\(path)")
    guard depth <= Self.deepest else {
      throw HDF5Error(action, reason: "groups are nested deeper than \(Self.deepest)")
    }
    var information = H5G_info_t()
    try check(H5Gget_info(group.id, &information), action)
    for index in 0..<information.nlinks {
      var link = H5L_info_t()
      try check(chdf5_link_info(group.id, index, &link), action)
      let name = try linkName(index, in: group, action)
      if let groups, !groups.contains(name) { continue }
      let childPath = path.isEmpty ? name : "\(path)/\(name)"
      guard link.type == H5L_TYPE_HARD else {
        throw HDF5Error(.read(object: childPath), reason: "it is a link, which may lead to another file")
      }
      try checkHeader(at: link.u.address, .read(object: childPath))
      try collectChild(name, of: group, path: childPath, depth: depth, visited: &visited, into: &found)
    }
  }

  private func collectChild(
    _ name: String, of group: borrowing HDF5Handle, path: String, depth: Int, visited: inout Set<haddr_t>,
    into found: inout [HDF5Dataset]
  ) throws(HDF5Error) {
    let action = HDF5Error.Action.read(object: path)
    let child = try HDF5Handle(H5Oopen(group.id, name, chdf5_default()), closedBy: H5Oclose, action)
    var information = H5O_info_t()
    try check(chdf5_object_info(child.id, &information), action)
    switch information.type {
    case H5O_TYPE_GROUP:
      guard visited.insert(information.addr).inserted else {
        throw HDF5Error(action, reason: "a group is reached twice")
      }
      try collect(in: child, path: path, groups: nil, depth: depth + 1, visited: &visited, into: &found)
    case H5O_TYPE_DATASET:
      found.append(try HDF5Dataset(child, path: path, in: self))
    default: break  // a named type holds no elements
    }
  }

  private func linkName(
    _ index: hsize_t, in group: borrowing HDF5Handle, _ action: HDF5Error.Action
  ) throws(HDF5Error) -> String {
    let length = H5Lget_name_by_idx(
      group.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, nil, 0, chdf5_default())
    guard length >= 0 else { throw HDF5Error(action) }
    guard length > 0, length <= byteCount else {
      throw HDF5Error(action, reason: "a name of \(length) bytes")
    }
    var name = [CChar](repeating: 0, count: length + 1)
    let copied = H5Lget_name_by_idx(
      group.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &name, name.count, chdf5_default())
    guard copied == length else { throw HDF5Error(action) }
    guard let text = String(validating: name.dropLast(), as: UTF8.self), !text.contains("\0") else {
      throw HDF5Error(action, reason: "a name is not UTF-8")
    }
    return text
  }
}
