/// Where a group of the old layout keeps its links.
struct GroupTables: Equatable {
  let tree: Int
  let heap: Int
}

extension StructureCheck {
  /// The groups below the root that are read; the rest is other people's.
  private static let sections = Set(Checkpoint.Section.allCases.map { Array($0.rawValue.utf8) })

  mutating func group(_ tables: GroupTables, depth: Int) throws(StructureFault) {
    let names = try heap(at: tables.heap)
    var previous: [UInt8] = []
    for leaf in try leaves(of: tables.tree, level: nil, names) {
      for link in try symbols(at: leaf) {
        let name = try self.name(at: link.name, in: names)
        // Also refuses the empty name, which only keys of the tree may have.
        guard previous.lexicographicallyPrecedes(name) else {
          throw StructureFault("symbol table at byte \(leaf): its names are not in order")
        }
        previous = name
        if depth > 0 || Self.sections.contains(name) {
          try object(at: link.address, tables: link.tables, depth: depth + 1)
        }
      }
    }
  }

  /// III.D: local heap. Returns the bytes that hold the names.
  private mutating func heap(at address: Int) throws(StructureFault) -> ByteCursor {
    var header = try cursor("local heap", at: address)
    try header.require(visited.insert(address).inserted, "a heap for one group")
    try header.signature("HEAP")
    let version = try header.number(1)
    try header.require(version == 0, "version 0, found \(version)")
    try header.skip(3)
    let byteCount = try header.number(8)
    var free = try header.number(8)
    let data = try cursor("local heap's data", at: try header.number(8), count: byteCount)
    // Free blocks form a list inside the data; 1 ends it.
    var seen: Set<Int> = []
    while free != 1 {
      try data.require(
        free % 8 == 0 && free <= byteCount - 16 && seen.insert(free).inserted, "a list of free blocks")
      var block = try cursor("free block", at: data.offset + free, count: 16)
      let next = try block.number(8)
      let length = try block.number(8)
      try block.require(
        length >= 16 && length <= byteCount - free, "a length inside its heap, found \(length)")
      free = next
    }
    return data
  }

  private func name(at offset: Int, in heap: ByteCursor) throws(StructureFault) -> [UInt8] {
    var data = heap
    try data.skip(offset)
    let name = try contents.withBytes { bytes throws(StructureFault) in
      var end = data.offset
      while end < data.end, bytes.byte(at: end) != 0 { end += 1 }
      try data.require(end < data.end, "a name that ends inside the heap")
      return bytes.array(data.offset..<end)
    }
    return name
  }

  /// III.A.1: tree of version 1 over symbol table nodes. Returns their addresses, in order.
  private mutating func leaves(of address: Int, level expected: Int?, _ names: ByteCursor)
    throws(StructureFault) -> [Int]
  {
    var node = try cursor("group's tree node", at: address)
    try node.require(visited.insert(address).inserted, "a tree without cycles")
    try node.signature("TREE")
    let (type, level, count) = (try node.number(1), try node.number(1), try node.number(2))
    try node.require(type == 0, "type 0, found \(type)")
    try node.require(
      expected == nil ? level < 16 : level == expected, "a level below its parent's, found \(level)")
    try node.require(count <= 2 * nodeHalf, "at most \(2 * nodeHalf) entries, found \(count)")
    try node.skip(16)
    _ = try cursor("group's tree node", at: address, count: 24 + 16 * 2 * nodeHalf + 8)
    var found: [Int] = []
    for _ in 0..<count {
      _ = try name(at: try node.number(8), in: names)
      let child = try node.number(8)
      if level == 0 { found.append(child) } else { found += try leaves(of: child, level: level - 1, names) }
    }
    _ = try name(at: try node.number(8), in: names)
    return found
  }

  private struct Symbol {
    let name: Int
    let address: Int
    let tables: GroupTables?
  }

  /// III.B and III.C: symbol table node and its entries.
  private mutating func symbols(at address: Int) throws(StructureFault) -> [Symbol] {
    var node = try cursor("symbol table", at: address)
    try node.require(visited.insert(address).inserted, "a symbol table for one group")
    try node.signature("SNOD")
    let version = try node.number(1)
    try node.require(version == 1, "version 1, found \(version)")
    try node.skip(1)
    let count = try node.number(2)
    try node.require(count <= 2 * leafHalf, "at most \(2 * leafHalf) entries, found \(count)")
    _ = try cursor("symbol table", at: address, count: 8 + 40 * 2 * leafHalf)
    var symbols: [Symbol] = []
    for _ in 0..<count {
      let (name, object, cacheType) = (try node.number(8), try node.number(8), try node.number(4))
      try node.require(cacheType <= 1, "hard links; others may lead to another file")
      try node.skip(4)
      var scratch = try node.part(16)
      let tables =
        cacheType == 1 ? GroupTables(tree: try scratch.number(8), heap: try scratch.number(8)) : nil
      symbols.append(Symbol(name: name, address: object, tables: tables))
    }
    return symbols
  }
}
