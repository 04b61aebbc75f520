internal import Basics

extension HDF5Reader {
  /// IV.A.2.r: the links of a group of the oldest layout: a tree of leaves, and a heap of names.
  func symbolTable(_ message: ByteCursor) throws(HDF5Fault) -> [Link] {
    var data = message
    guard let tree = try data.address(), let heap = try data.address() else {
      throw message.fault(.missing("tree and heap of the group"))
    }
    let names = try localHeap(at: heap)
    var links: [Link] = []
    try oldTree(at: tree, type: 0, keyLength: 8) { (_, leaf) throws(HDF5Fault) in
      try symbols(at: leaf, names, into: &links)
    }
    return links
  }

  /// III.D: local heap. Returns the bytes that hold the names.
  private func localHeap(at address: Int) throws(HDF5Fault) -> ByteCursor {
    var header = try block("local heap", at: address, count: 32)
    try header.signature("HEAP")
    try header.version(0)
    try header.skip(3)
    let byteCount = try header.number(8)
    try header.skip(8)
    return try block("local heap's data", at: try header.number(8), count: byteCount)
  }

  /// III.B and C: symbol table node, and its entries.
  private func symbols(at address: Int, _ names: ByteCursor, into links: inout [Link]) throws(HDF5Fault) {
    var head = try block("symbol table", at: address, count: 8)
    try head.signature("SNOD")
    try head.version(1)
    try head.skip(1)
    let count = try head.number(2)
    var entries = try block("symbol table", at: address + 8, count: count * 40)
    for _ in 0..<count {
      let (offset, object) = (try entries.number(8), try entries.address())
      let kind = try entries.number(4)
      try entries.require(kind <= 2, "an entry of kind 0 to 2", found: "\(kind)")
      try entries.skip(20)
      var name = names
      try name.skip(offset)
      let bytes = try name.bytesToZero()
      try charge(bytes.count, "symbol table", at: address)
      links.append(Link(name: try linkName(bytes, entries), address: kind == 2 ? nil : object))
    }
  }
}
