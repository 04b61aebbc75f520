internal import CHDF5
internal import TensorCore

/// What a file's header says about one dataset, checked against the file's size.
struct HDF5Dataset: Sendable {
  /// Where the bytes of the elements are.
  enum Placement: Sendable, Equatable {
    /// At this byte of the file, row-major, little-endian: they can be mapped.
    case contiguous(offset: Int)
    /// In chunks, in the header, or big-endian: the library brings them together.
    case library
  }

  /// From the root, without a slash in front: `params/wte`.
  let path: String
  let shape: [Int]
  /// `nil` for a type that no tensor has; `typeName` says which.
  let type: HDF5ElementType?
  let typeName: String
  let placement: Placement
  /// Names of the axes, one for each; `nil` without the attribute.
  let axes: [String]?
  /// The attribute `sha256`, in lower case.
  let digest: String?

  var byteCount: Int { shape.reduce(type?.element.byteCount ?? 0, *) }
}

extension HDF5Dataset {
  /// Reads the header of an open dataset.
  ///
  /// - Throws: ``HDF5Error`` if it promises more than the file can hold, or lies outside the file.
  init(_ dataset: borrowing HDF5Handle, path: String, in file: HDF5File) throws(HDF5Error) {
    let action = HDF5Error.Action.read(object: path)
    let type = try HDF5Handle.type(H5Dget_type(dataset.id), action)
    let space = try HDF5Handle.space(H5Dget_space(dataset.id), action)
    self.path = path
    self.type = try HDF5ElementType(type)
    typeName = type.typeName
    shape = try Self.shape(of: space, action)
    axes = try dataset.strings(attribute: "axes", of: path, in: file)
    digest = try dataset.string(attribute: "sha256", of: path, in: file)?.lowercased()
    placement = try Self.placement(
      of: dataset, shape: shape, width: H5Tget_size(type.id),
      isLittleEndian: self.type?.isLittleEndian ?? false,
      fileByteCount: file.byteCount, action)
  }

  private static func shape(
    of space: borrowing HDF5Handle, _ action: HDF5Error.Action
  ) throws(HDF5Error) -> [Int] {
    guard H5Sget_simple_extent_type(space.id) != H5S_NULL else {
      throw HDF5Error(action, reason: "it has no elements, not even one")
    }
    let rank = H5Sget_simple_extent_ndims(space.id)
    guard rank >= 0 else { throw HDF5Error(action) }
    var lengths = [hsize_t](repeating: 0, count: Int(rank))
    guard H5Sget_simple_extent_dims(space.id, &lengths, nil) >= 0 else { throw HDF5Error(action) }
    var shape: [Int] = []
    for length in lengths {
      guard let length = Int(exactly: length) else {
        throw HDF5Error(action, reason: "it is larger than any memory")
      }
      shape.append(length)
    }
    return shape
  }

  /// Deflate shortens by at most this factor, so that a small file cannot promise a large tensor.
  private static let largestCompression = 1032

  private static func placement(
    of dataset: borrowing HDF5Handle, shape: [Int], width: Int, isLittleEndian: Bool, fileByteCount: Int,
    _ action: HDF5Error.Action
  ) throws(HDF5Error) -> Placement {
    guard let byteCount = product(shape, width) else {
      throw HDF5Error(action, reason: "its shape \(shape) is larger than any memory")
    }
    let properties = try HDF5Handle.properties(H5Dget_create_plist(dataset.id), action)
    let stored = Int(clamping: H5Dget_storage_size(dataset.id))
    guard byteCount == 0 || stored > 0 else {
      throw HDF5Error(action, reason: "its elements were never written")
    }
    guard stored <= fileByteCount else {
      throw HDF5Error(action, reason: "its header promises \(stored) bytes, the file has \(fileByteCount)")
    }
    switch H5Pget_layout(properties.id) {
    case H5D_CONTIGUOUS:
      guard H5Pget_external_count(properties.id) == 0 else {
        throw HDF5Error(action, reason: "its elements are in another file")
      }
      return try contiguous(dataset, byteCount, stored, isLittleEndian, fileByteCount, action)
    case H5D_COMPACT:
      guard stored == byteCount else { throw sizeError(shape, byteCount, stored, action) }
    case H5D_CHUNKED:
      try checkFilters(properties, action)
      try checkChunks(properties, rank: shape.count, width, stored, action)
      guard byteCount / largestCompression <= stored else {
        throw sizeError(shape, byteCount, stored, action)
      }
    default:
      throw HDF5Error(action, reason: "its elements are in another file")
    }
    return .library
  }

  private static func contiguous(
    _ dataset: borrowing HDF5Handle, _ byteCount: Int, _ stored: Int, _ isLittleEndian: Bool,
    _ fileByteCount: Int,
    _ action: HDF5Error.Action
  ) throws(HDF5Error) -> Placement {
    if byteCount == 0 { return .library }
    let address = H5Dget_offset(dataset.id)
    guard address != chdf5_undefined_address(), let offset = Int(exactly: address) else {
      throw HDF5Error(action, reason: "its elements were never written")
    }
    guard stored == byteCount, offset <= fileByteCount - byteCount else {
      throw HDF5Error(
        action, reason: "it needs \(byteCount) bytes at byte \(offset), the file has \(fileByteCount)")
    }
    return isLittleEndian ? .contiguous(offset: offset) : .library
  }

  private static func sizeError(
    _ shape: [Int], _ byteCount: Int, _ stored: Int, _ action: HDF5Error.Action
  ) -> HDF5Error {
    HDF5Error(action, reason: "its shape \(shape) needs \(byteCount) bytes, the file holds \(stored) for it")
  }

  /// Only filters that the library itself brings and that cannot fail silently.
  private static func checkFilters(
    _ properties: borrowing HDF5Handle, _ action: HDF5Error.Action
  ) throws(HDF5Error) {
    let known = [H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32]
    for index in 0..<max(0, H5Pget_nfilters(properties.id)) {
      var flags: UInt32 = 0
      var valueCount = 0
      var configuration: UInt32 = 0
      let filter = H5Pget_filter2(
        properties.id, UInt32(index), &flags, &valueCount, nil, 0, nil, &configuration)
      guard known.contains(filter) else {
        throw HDF5Error(action, reason: "it uses filter \(filter); expected deflate, shuffle or Fletcher-32")
      }
    }
  }

  private static func checkChunks(
    _ properties: borrowing HDF5Handle, rank: Int, _ width: Int, _ stored: Int, _ action: HDF5Error.Action
  ) throws(HDF5Error) {
    var lengths = [hsize_t](repeating: 0, count: rank)
    guard H5Pget_chunk(properties.id, Int32(rank), &lengths) == rank else { throw HDF5Error(action) }
    let chunk = lengths.map { Int(clamping: $0) }
    guard let bytes = product(chunk, width), bytes / largestCompression <= stored else {
      throw HDF5Error(
        action, reason: "its chunks \(chunk) are larger than what the file holds for it, \(stored) bytes")
    }
  }

  /// `nil` when the product overflows.
  private static func product(_ lengths: [Int], _ width: Int) -> Int? {
    var result = width
    for length in lengths {
      let (product, overflow) = result.multipliedReportingOverflow(by: length)
      if overflow { return nil }
      result = product
    }
    return result
  }
}
