extension HDF5Reader {
  /// III.A.1: hands every leaf entry of a B-tree of version 1 to `body`, in order: its key, and the address it leads to.
  ///
  /// - Parameters:
  ///   - type: 0 for the links of a group, 1 for the chunks of a dataset.
  ///   - keyLength: Bytes of a key.
  func oldTree(
    at address: Int, type: Int, keyLength: Int, level expected: Int? = nil,
    _ body: (inout ByteCursor, Int) throws(HDF5Fault) -> Void
  ) throws(HDF5Fault) {
    var node = try block("tree's node", at: address, count: 24)
    try node.signature("TREE")
    let found = try node.number(1)
    try node.require(found == type, "type \(type)", found: "\(found)")
    let level = try node.number(1)
    try node.require(
      expected == nil ? level < 16 : level == expected, "a level below its parent's", found: "\(level)")
    let count = try node.number(2)
    var entries = try block("tree's node", at: address + 24, count: count * (keyLength + 8) + keyLength)
    for _ in 0..<count {
      var key = try entries.part(keyLength)
      let child = try entries.number(8)
      if level > 0 {
        try oldTree(at: child, type: type, keyLength: keyLength, level: level - 1, body)
      } else {
        try body(&key, child)
      }
    }
  }
}
