internal import Basics

/// III.A.2: a B-tree of version 2, whose records are of one length and whose nodes have checksums.
private struct NewTree {
  let type: Int
  let recordLength: Int
  /// Largest number of records in a node of each level, leaves first.
  private(set) var capacities: [Int] = []
  /// Bytes of a number of records in a node.
  private(set) var countBytes = 0
  /// Bytes of the number of all records below a node of each level, leaves first.
  private(set) var totalBytes: [Int] = []

  /// Bytes of a node beside records and children: signature, version, type and checksum.
  static let overhead = 10

  init(_ header: inout ByteCursor, types: [Int]) throws(HDF5Fault) {
    try header.version(0)
    type = try header.number(1)
    let found = type
    try header.require(
      types.contains(type),
      "a tree of type \(types.map(String.init).joined(separator: " or "))", found: "\(found)")
    let nodeSize = try header.number(4)
    recordLength = try header.number(2)
    let depth = try header.number(2)
    try header.skip(2)
    try header.require(recordLength > 0 && nodeSize >= Self.overhead, "nodes with records")
    try header.require(depth < 32, "at most 32 levels", found: "\(depth)")
    try measure(nodeSize - Self.overhead, depth, header)
  }

  /// The levels' sizes follow from each other.
  private mutating func measure(_ room: Int, _ depth: Int, _ header: ByteCursor) throws(HDF5Fault) {
    capacities = [room / recordLength]
    totalBytes = [0]
    try header.require(capacities[0] > 0, "nodes with records")
    countBytes = capacities[0].highestBit / 8 + 1
    var total = capacities[0]
    for level in 0..<depth {
      let pointer = 8 + countBytes + totalBytes[level]
      let capacity = max(0, room - pointer) / (recordLength + pointer)
      try header.require(capacity > 0, "nodes with records")
      capacities.append(capacity)
      total = (capacity + 1).saturatingProduct(total).saturatingSum(capacity)
      totalBytes.append(total.highestBit / 8 + 1)
    }
  }

  var depth: Int { capacities.count - 1 }
}

extension HDF5Reader {
  /// Hands every record of a tree to `body`, in order, with the tree's type.
  ///
  /// - Parameter types: What the tree may hold.
  func newTree(
    at address: Int, types: [Int], _ body: (Int, inout ByteCursor) throws(HDF5Fault) -> Void
  ) throws(HDF5Fault) {
    var header = try block("tree", "BTHD", at: address, count: 38)
    let tree = try NewTree(&header, types: types)
    guard let root = try header.address() else { return }
    let count = try header.number(2)
    try node(of: tree, at: root, level: tree.depth, count: count, body)
  }

  private func node(
    of tree: NewTree, at address: Int, level: Int, count: Int,
    _ body: (Int, inout ByteCursor) throws(HDF5Fault) -> Void
  ) throws(HDF5Fault) {
    guard count <= tree.capacities[level] else {
      throw HDF5Fault(
        .value("records", expected: "at most \(tree.capacities[level])", found: "\(count)"),
        in: .init("tree's node", at: address))
    }
    let pointer = level == 0 ? 0 : 8 + tree.countBytes + tree.totalBytes[level - 1]
    let size = NewTree.overhead + count * tree.recordLength + (count + 1) * pointer
    var node = try block("tree's node", level == 0 ? "BTLF" : "BTIN", at: address, count: size)
    try node.version(0)
    let type = try node.number(1)
    try node.require(type == tree.type, "a node of type \(tree.type)", found: "\(type)")
    var records = try node.part(count * tree.recordLength)
    for _ in 0..<count {
      if level > 0 { try child(of: tree, &node, level, body) }
      var record = try records.part(tree.recordLength)
      try body(tree.type, &record)
    }
    if level > 0 { try child(of: tree, &node, level, body) }
  }

  private func child(
    of tree: NewTree, _ pointers: inout ByteCursor, _ level: Int,
    _ body: (Int, inout ByteCursor) throws(HDF5Fault) -> Void
  ) throws(HDF5Fault) {
    let (address, count) = (try pointers.number(8), try pointers.number(tree.countBytes))
    try pointers.skip(tree.totalBytes[level - 1])
    try node(of: tree, at: address, level: level - 1, count: count, body)
  }
}
