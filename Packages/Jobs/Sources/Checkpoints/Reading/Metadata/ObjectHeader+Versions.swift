extension HDF5Reader {
  /// IV.A.1.a: version 1, without checksums.
  func oldMessages(at address: Int) throws(HDF5Fault) -> [HeaderMessage] {
    var header = try block("object header", at: address, count: 16)
    try header.version(1)
    try header.skip(1)
    let count = try header.number(2)
    try header.skip(4)
    let byteCount = try header.number(4)
    var blocks = [try block("object header", at: address + 16, count: byteCount)]
    var messages: [HeaderMessage] = []
    var found = 0
    while var block = blocks.popLast() {
      while block.count >= 8 {
        let (type, size, flags) = (try block.number(2), try block.number(2), try block.number(1))
        try block.skip(3)
        var data = try block.part(size, "message of type \(type)")
        found += 1
        guard let message = try message(type, flags: flags, data) else { continue }
        guard message.kind == .continuation else {
          messages.append(message)
          continue
        }
        let (start, length) = (try data.number(8), try data.number(8))
        blocks.append(try self.block("object header block", at: start, count: length))
      }
      try block.require(block.count == 0, "messages to its end")
    }
    try header.require(found == count, "\(count) messages", found: "\(found)")
    return messages
  }

  /// IV.A.1.b: version 2, every block of it with a checksum.
  func newMessages(at address: Int) throws(HDF5Fault) -> [HeaderMessage] {
    var start = try block("object header", at: address, count: 6)
    try start.skip(4)
    try start.version(2)
    let flags = try start.number(1)
    try start.require(flags & 0xC0 == 0, "known flags")
    let fieldBytes = (flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0)
    var size = try block("object header", at: address + 6 + fieldBytes, count: 1 << (flags & 3))
    let byteCount = try size.number(1 << (flags & 3))
    let prefix = size.offset - address
    var first = try block(
      "object header", "OHDR", at: address, count: byteCount.saturatingSum(prefix + 4))
    try first.skip(prefix - 4)
    var blocks = [first]
    var messages: [HeaderMessage] = []
    let headLength = flags & 0x04 != 0 ? 6 : 4
    while var block = blocks.popLast() {
      while block.count >= headLength {  // a gap at the end may be shorter
        let (type, size, flags) = (try block.number(1), try block.number(2), try block.number(1))
        try block.skip(headLength - 4)
        var data = try block.part(size, "message of type \(type)")
        guard let message = try message(type, flags: flags, data) else { continue }
        guard message.kind == .continuation else {
          messages.append(message)
          continue
        }
        let (start, length) = (try data.number(8), try data.number(8))
        blocks.append(try self.block("object header block", "OCHK", at: start, count: length))
      }
    }
    return messages
  }
}
