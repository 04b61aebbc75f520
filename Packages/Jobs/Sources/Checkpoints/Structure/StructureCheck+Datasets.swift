extension StructureCheck {
  mutating func dataset(_ messages: [HeaderMessage], at address: Int) throws(StructureFault) {
    func only(_ kind: HeaderMessage.Kind) throws(StructureFault) -> ByteCursor? {
      let found = messages.filter { $0.kind == kind }
      guard found.count <= 1 else {
        throw StructureFault("dataset at byte \(address): a message is repeated")
      }
      return found.first?.data
    }
    guard let typeMessage = try only(.datatype), let spaceMessage = try only(.dataspace),
      let layoutMessage = try only(.layout)
    else {
      throw StructureFault("object at byte \(address): expected a group or a dataset")
    }
    let type = try datatype(typeMessage)
    let lengths = try dataspace(spaceMessage)
    _ = try byteCount(lengths, type, "dataset at byte \(address)")
    if type.isInHeap { throw StructureFault("dataset at byte \(address): expected numbers, found text") }
    let hasFilters =
      try only(.filters).map { message throws(StructureFault) in try filters(message, type) } ?? false
    if let fill = try only(.fill) { try self.fill(fill, type) }
    if var fill = try only(.oldFill) { try fillValue(&fill, type) }
    try layout(layoutMessage, lengths, type, hasFilters: hasFilters)
  }

  /// IV.A.2.f: fill value, versions 1 to 3.
  private func fill(_ message: ByteCursor, _ type: StoredType) throws(StructureFault) {
    var data = message
    let version = try data.number(1)
    try data.require((1...3).contains(version), "a fill value of version 1 to 3, found \(version)")
    if version == 3 {
      let flags = try data.number(1)
      try data.require(flags & 0xC0 == 0, "known flags")
      if flags & 0x20 != 0 { try fillValue(&data, type) }
    } else {
      let (allocation, writing, isDefined) = (try data.number(1), try data.number(1), try data.number(1))
      try data.require((1...3).contains(allocation) && writing <= 2 && isDefined <= 1, "known times to fill")
      if isDefined == 1 { try fillValue(&data, type) }
    }
  }

  private func fillValue(_ data: inout ByteCursor, _ type: StoredType) throws(StructureFault) {
    let byteCount = try data.number(4)
    try data.require(byteCount == 0 || byteCount == type.byteCount, "a fill value of \(type.byteCount) bytes")
    try data.skip(byteCount)
  }

  /// IV.A.2.l: filter pipeline, versions 1 and 2. Returns whether there is any filter.
  private func filters(_ message: ByteCursor, _ type: StoredType) throws(StructureFault) -> Bool {
    var data = message
    let (version, count) = (try data.number(1), try data.number(1))
    try data.require(version == 1 || version == 2, "filters of version 1 or 2, found \(version)")
    try data.require(count <= 8, "at most 8 filters, found \(count)")
    if version == 1 { try data.skip(6) }
    for _ in 0..<count {
      let filter = try data.number(2)
      try data.require((1...3).contains(filter), "deflate, shuffle or Fletcher-32, found filter \(filter)")
      let nameLength = version == 1 ? try data.number(2) : 0
      try data.skip(2)
      let valueCount = try data.number(2)
      try data.skip((nameLength + 7) / 8 * 8)
      try data.require(valueCount <= 8, "at most 8 values for a filter, found \(valueCount)")
      var values: [Int] = []
      for _ in 0..<valueCount { values.append(try data.number(4)) }
      if version == 1, valueCount % 2 == 1 { try data.skip(4) }
      switch filter {
      case 1: try data.require(valueCount == 1 && values[0] <= 9, "a level of 0 to 9 for deflate")
      case 2: try data.require(valueCount == 1 && values[0] == type.byteCount, "shuffle over whole elements")
      default: try data.require(valueCount == 0, "no value for Fletcher-32")
      }
    }
    return count > 0
  }

  /// IV.A.2.i: data layout, version 3.
  private mutating func layout(
    _ message: ByteCursor, _ lengths: [Int]?, _ type: StoredType, hasFilters: Bool
  ) throws(StructureFault) {
    var data = message
    let (version, kind) = (try data.number(1), try data.number(1))
    try data.require(version == 3, "a layout of version 3, found \(version)")
    let byteCount = try byteCount(lengths, type, "dataset")
    switch kind {
    case 0:
      try data.require(!hasFilters, "filters only over chunks")
      let stored = try data.number(2)
      try data.require(stored == byteCount, "\(byteCount) bytes for its shape, found \(stored)")
      try data.skip(stored)
    case 1:
      try data.require(!hasFilters, "filters only over chunks")
      let address = try data.address()
      let stored = try data.number(8)
      try data.require(stored == byteCount, "\(byteCount) bytes for its shape, found \(stored)")
      if let address { _ = try cursor("elements of a dataset", at: address, count: stored) }
    case 2:
      guard let lengths else { throw StructureFault("a dataset without elements has chunks") }
      try chunks(&data, lengths, type, hasFilters: hasFilters)
    default:
      try data.require(false, "compact, contiguous or chunked elements, found \(kind)")
    }
  }

  private mutating func chunks(
    _ data: inout ByteCursor, _ lengths: [Int], _ type: StoredType, hasFilters: Bool
  ) throws(StructureFault) {
    let rank = try data.number(1) - 1
    try data.require(
      rank == lengths.count && rank > 0, "chunks with the \(lengths.count) axes of the dataset")
    let tree = try data.address()
    var chunk: [Int] = []
    for _ in 0..<rank { chunk.append(try data.number(4)) }
    let width = try data.number(4)
    try data.require(width == type.byteCount && !chunk.contains(0), "chunks of whole elements")
    let byteCount = try byteCount(chunk, type, "chunk")
    try data.require(byteCount <= UInt32.max, "chunks below 4 GiB")
    let layout = ChunkLayout(lengths: lengths, chunk: chunk, byteCount: byteCount, hasFilters: hasFilters)
    if let tree { try chunkNode(at: tree, level: nil, layout) }
  }

  private struct ChunkLayout {
    let lengths: [Int]
    let chunk: [Int]
    let byteCount: Int
    let hasFilters: Bool
  }

  /// III.A.1: tree of version 1 over chunks. A key is size, skipped filters, and an offset for each axis and for the
  /// bytes of an element.
  private mutating func chunkNode(
    at address: Int, level expected: Int?, _ layout: ChunkLayout
  ) throws(StructureFault) {
    var node = try cursor("chunks' tree node", at: address)
    try node.require(visited.insert(address).inserted, "a tree without cycles")
    try node.signature("TREE")
    let (type, level, count) = (try node.number(1), try node.number(1), try node.number(2))
    try node.require(type == 1, "type 1, found \(type)")
    try node.require(
      expected == nil ? level < 16 : level == expected, "a level below its parent's, found \(level)")
    try node.require(count <= 2 * chunkNodeHalf, "at most \(2 * chunkNodeHalf) entries, found \(count)")
    try node.skip(16)
    let keyLength = 8 + 8 * (layout.lengths.count + 1)
    _ = try cursor(
      "chunks' tree node", at: address, count: 24 + 2 * chunkNodeHalf * (keyLength + 8) + keyLength)
    for _ in 0..<count {
      var key = try node.part(keyLength)
      let child = try node.number(8)
      if level > 0 {
        try chunkNode(at: child, level: level - 1, layout)
      } else {
        try chunk(&key, at: child, layout)
      }
    }
    // The key after the last entry bounds it; its offsets are compared, so they have to be multiples as well.
    if count > 0 {
      try node.skip(8)
      for (axis, chunk) in layout.chunk.enumerated() {
        try node.require(
          try node.number(8) % chunk == 0, "chunks at multiples of their length on axis \(axis)")
      }
    }
  }

  private func chunk(_ key: inout ByteCursor, at address: Int, _ layout: ChunkLayout) throws(StructureFault) {
    let (stored, skippedFilters) = (try key.number(4), try key.number(4))
    try key.require(skippedFilters == 0, "chunks that went through all filters")
    try key.require(
      stored > 0 && (layout.hasFilters || stored == layout.byteCount), "\(layout.byteCount) bytes for a chunk"
    )
    for (length, chunk) in zip(layout.lengths, layout.chunk) {
      let start = try key.number(8)
      try key.require(start % chunk == 0 && start < length, "chunks inside the dataset")
    }
    let last = try key.number(8)
    try key.require(last == 0, "chunks of whole elements")
    _ = try cursor("chunk", at: address, count: stored)
  }
}
