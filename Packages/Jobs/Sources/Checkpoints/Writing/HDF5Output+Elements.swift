internal import CHDF5
internal import TensorCore

/// The elements of datasets. The only file that hands memory to the library.
extension HDF5Output {
  /// Writes a tensor as a new dataset, and makes the groups above it.
  ///
  /// - Parameters:
  ///   - chunk: Lengths of a chunk, compressed with `deflate` and guarded by Fletcher-32; `nil` for contiguous.
  func write(
    _ tensor: Tensor, path: String, axes: [String]?, digest: String, chunk: [Int]?, deflate: Int
  ) throws(HDF5Error) {
    let action = HDF5Error.Action.write(object: path)
    try withRoot { root throws(HDF5Error) in
      let type = try tensor.elementType.makeHDF5Type()
      let lengths = tensor.shape.map { hsize_t($0) }
      let space = try HDF5Handle.space(
        lengths.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(lengths.count), lengths, nil), action
      )
      try makeGroups(above: path, in: root, action)
      let creation = try HDF5Handle.withoutTimes(chdf5_p_dataset_create(), action)
      if let chunk, !chunk.isEmpty, !chunk.contains(0) {
        try check(H5Pset_chunk(creation.id, Int32(chunk.count), chunk.map { hsize_t($0) }), action)
        if deflate > 0 { try check(H5Pset_deflate(creation.id, UInt32(deflate)), action) }
        try check(H5Pset_fletcher32(creation.id), action)
      }
      let dataset = try HDF5Handle.dataset(
        H5Dcreate2(
          root.id, path, type.id, space.id, chdf5_default(), creation.id, chdf5_default()), action)
      if let axes { try dataset.write(axes, scalar: false, attribute: "axes", of: path) }
      try dataset.write([digest], scalar: true, attribute: "sha256", of: path)
      if tensor.count > 0 {
        let ids = (dataset.id, type.id)
        let status = tensor.withBytes { bytes in
          bytes.withUnsafeBytes {
            H5Dwrite(ids.0, ids.1, chdf5_all(), chdf5_all(), chdf5_default(), $0.baseAddress)
          }
        }
        try check(status, action)
      }
      try dataset.close(action)
    }
  }

  /// Makes the groups that a path goes through, where they are not there yet.
  private func makeGroups(
    above path: String, in root: borrowing HDF5Handle, _ action: HDF5Error.Action
  ) throws(HDF5Error) {
    let creation = try HDF5Handle.withoutTimes(chdf5_p_group_create(), action)
    var group = ""
    for name in path.split(separator: "/").dropLast() {
      group += group.isEmpty ? "\(name)" : "/\(name)"
      guard H5Lexists(root.id, group, chdf5_default()) == 0 else { continue }
      _ = try HDF5Handle.group(
        H5Gcreate2(root.id, group, chdf5_default(), creation.id, chdf5_default()), action)
    }
  }
}
