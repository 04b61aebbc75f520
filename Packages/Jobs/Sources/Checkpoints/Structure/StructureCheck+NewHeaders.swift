extension StructureCheck {
  /// Refuses an object header of the old layout, which has no checksum, inside a file that otherwise has them.
  func newHeader(at address: Int) throws(StructureFault) {
    var header = try cursor("object header", at: address)
    try header.signature("OHDR")
  }

  /// Follows an attribute with text of variable length into the global heap.
  ///
  /// - Parameter address: Of the object header, version 2, that has the attribute.
  func text(_ name: String, at address: Int) throws(StructureFault) {
    for message in try newMessages(at: address) where try attribute(message, named: name) { return }
    throw StructureFault("text of variable length outside its object's header; expected a fixed length")
  }

  /// IV.A.1.b: the attributes in an object header, version 2, with the blocks that continue it.
  private func newMessages(at address: Int) throws(StructureFault) -> [ByteCursor] {
    var header = try cursor("object header", at: address)
    try header.signature("OHDR")
    let (version, flags) = (try header.number(1), try header.number(1))
    try header.require(version == 2, "version 2, found \(version)")
    try header.skip((flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0))
    var blocks = [try header.part(try header.number(1 << (flags & 3)))]
    var starts: Set<Int> = [address]
    var attributes: [ByteCursor] = []
    let headLength = flags & 0x04 != 0 ? 6 : 4
    while var block = blocks.popLast() {
      while block.count >= headLength {  // a gap at the end may be shorter
        let (type, byteCount, _) = (try block.number(1), try block.number(2), try block.number(1))
        try block.skip(headLength - 4)
        var data = try block.part(byteCount)
        if type == HeaderMessage.Kind.attribute.rawValue { attributes.append(data) }
        guard type == HeaderMessage.Kind.continuation.rawValue else { continue }
        let (start, length) = (try data.number(8), try data.number(8))
        try block.require(starts.insert(start).inserted && length >= 8, "blocks that do not repeat")
        var next = try cursor("object header block", at: start, count: length - 4)  // a checksum ends it
        try next.signature("OCHK")
        blocks.append(next)
      }
    }
    return attributes
  }
}
