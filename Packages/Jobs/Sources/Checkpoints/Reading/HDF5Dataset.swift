internal import Basics
internal import TensorCore

/// What a file's header has of one dataset, checked against the file's size.
struct HDF5Dataset: Sendable {
  /// Where the bytes of the elements are.
  enum Placement: Sendable {
    /// In one piece from this byte of the file on, row-major.
    case contiguous(offset: Int)
    case chunked(ChunkTable)
  }

  /// From the root, without a slash in front: `params/wte`.
  let path: String
  let shape: [Int]
  /// `nil` for a type that no tensor has; `typeName` names it.
  let element: ElementType?
  let typeName: String
  /// Bytes of an element in the file.
  let width: Int
  let isBigEndian: Bool
  let placement: Placement
  /// Names of the axes, one for each; `nil` without the attribute.
  let axes: [String]?
  /// The attribute `sha256`, in lower case.
  let digest: String?

  /// In memory, which is no more than deflate can have made of the file.
  var byteCount: Int { shape.saturatingProduct.saturatingProduct(width) }
  /// In the file.
  var storedByteCount: Int {
    switch placement {
    case .contiguous: byteCount
    case .chunked(let table): table.storedByteCount
    }
  }
}

extension HDF5Dataset {
  /// Reads a header; `nil` for an object without elements.
  ///
  /// - Throws: ``HDF5Fault`` if it promises more than the file can hold, or lies outside the file.
  init?(_ header: ObjectHeader, path: String, _ reader: HDF5Reader) throws(HDF5Fault) {
    guard let layoutMessage = try header.only(.layout) else { return nil }
    guard let typeMessage = try header.only(.datatype), let spaceMessage = try header.only(.dataspace) else {
      throw header.fault(.missing("type and dataspace of the dataset"))
    }
    let type = try StoredType(typeMessage)
    let space = try Dataspace(spaceMessage)
    guard let shape = space.lengths else {
      throw HDF5Fault(.missing("elements in the dataset, not even one"))
    }
    guard try header.only(.externalFiles) == nil else {
      throw .unsupported("a dataset with its elements in another file")
    }
    self.path = path
    self.shape = shape
    (element, typeName, width, isBigEndian) = (type.element, type.name, type.byteCount, type.isBigEndian)
    guard shape.saturatingProduct.saturatingProduct(width) < .max else {
      throw HDF5Fault(.value("shape", expected: "at most \(Int.max) bytes", found: "\(shape)"))
    }
    placement = try Self.placement(try DataLayout(layoutMessage), header, type, space, shape, reader)
    let attributes = try reader.attributes(["axes", "sha256"], of: header)
    axes = try attributes["axes"].map { attribute throws(HDF5Fault) in
      try naming("\(path)@axes") { () throws(HDF5Fault) in try reader.strings(attribute) }
    }
    digest = try attributes["sha256"].map { attribute throws(HDF5Fault) in
      try naming("\(path)@sha256") { () throws(HDF5Fault) in try reader.string(attribute).lowercased() }
    }
  }

  private static func placement(
    _ layout: DataLayout, _ header: ObjectHeader, _ type: StoredType, _ space: Dataspace, _ shape: [Int],
    _ reader: HDF5Reader
  ) throws(HDF5Fault) -> Placement {
    let byteCount = shape.saturatingProduct.saturatingProduct(type.byteCount)
    switch layout {
    case .compact(let bytes):
      guard bytes.count == byteCount else { throw sizeFault(shape, byteCount, bytes.count) }
      return .contiguous(offset: bytes.offset)
    case .contiguous(let address, let stored):
      guard byteCount > 0 else { return .contiguous(offset: 0) }
      guard let address else { throw HDF5Fault.unwritten }
      guard stored == byteCount else { throw sizeFault(shape, byteCount, stored) }
      return .contiguous(
        offset: try ByteCursor(reader.contents, "its elements", at: address, count: byteCount).offset)
    case .chunked(let layout):
      return .chunked(try chunks(layout, header, type, space, shape, reader))
    }
  }

  private static func chunks(
    _ layout: ChunkLayout, _ header: ObjectHeader, _ type: StoredType, _ space: Dataspace, _ shape: [Int],
    _ reader: HDF5Reader
  ) throws(HDF5Fault) -> ChunkTable {
    guard layout.lengths.count == shape.count, layout.width == type.byteCount else {
      throw HDF5Fault(
        .value(
          "chunks", expected: "\(shape.count) axes, elements of \(type.byteCount) bytes",
          found: "\(layout.lengths), of \(layout.width) bytes"))
    }
    let filters = try header.only(.filters).map { message throws(HDF5Fault) in
      try FilterPipeline(message, type)
    }
    var fill = try header.only(.oldFill).map { message throws(HDF5Fault) in
      try FillValue(old: message, type)
    }
    if let message = try header.only(.fill) { fill = try FillValue(message, type) }
    var index = ChunkIndex(
      reader: reader, layout: layout, space: space,
      table: ChunkTable(layout, shape: shape, filters ?? .none, fill: fill?.bytes))
    try index.read()
    let table = index.table
    try checkSizes(of: table, shape, reader.contents.byteCount)
    try table.checkComplete()
    return table
  }

  private static func checkSizes(of table: ChunkTable, _ shape: [Int], _ fileByteCount: Int) throws(HDF5Fault)
  {
    let byteCount = shape.saturatingProduct.saturatingProduct(table.width)
    let stored = table.storedByteCount
    guard stored <= fileByteCount else {
      throw HDF5Fault(
        .value("chunks", expected: "at most the file's \(fileByteCount) bytes", found: "\(stored)"))
    }
    guard byteCount == 0 || stored > 0 else { throw HDF5Fault.unwritten }
    // Chunks that reach over the edge are decoded whole.
    let decoded = table.grid.saturatingProduct.saturatingProduct(table.chunkByteCount)
    guard decoded / ChunkTable.largestCompression <= stored else { throw sizeFault(shape, byteCount, stored) }
  }

  private static func sizeFault(_ shape: [Int], _ byteCount: Int, _ stored: Int) -> HDF5Fault {
    HDF5Fault(
      .value("elements of shape \(shape)", expected: "\(byteCount) bytes", found: "\(stored) in the file"))
  }
}
