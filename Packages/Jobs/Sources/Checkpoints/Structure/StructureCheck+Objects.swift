/// A message of an object header, and where its data is.
struct HeaderMessage {
  /// IV.A.2.
  enum Kind: Int {
    case empty = 0x00
    case dataspace = 0x01
    case datatype = 0x03
    case oldFill = 0x04
    case fill = 0x05
    case layout = 0x08
    case filters = 0x0B
    case attribute = 0x0C
    case oldTime = 0x0E
    case continuation = 0x10
    case symbolTable = 0x11
    case time = 0x12
    case references = 0x16
  }

  let kind: Kind
  let data: ByteCursor
}

extension StructureCheck {
  /// Groups nested deeper than this are refused; a parameter's path has four or five names.
  private static let deepest = 64

  /// - Parameter tables: The tree and heap that a link to the object repeats, if it does.
  mutating func object(at address: Int, tables: GroupTables?, depth: Int) throws(StructureFault) {
    let isNew = visited.insert(address).inserted
    guard isNew || tables != nil else { return }
    let messages = try headerMessages(at: address)
    let group = try groupTables(in: messages, at: address)
    if let tables, tables != group {
      throw StructureFault("group at byte \(address): its link names other tables than its header")
    }
    guard isNew else { return }
    for message in messages where message.kind == .attribute { try attribute(message.data) }
    if let group {
      guard depth < Self.deepest else {
        throw StructureFault("groups are nested deeper than \(Self.deepest)")
      }
      try self.group(group, depth: depth)
    } else {
      try dataset(messages, at: address)
    }
  }

  private func groupTables(in messages: [HeaderMessage], at address: Int) throws(StructureFault)
    -> GroupTables?
  {
    let found = messages.filter { $0.kind == .symbolTable }
    guard let message = found.first else { return nil }
    guard found.count == 1, !messages.contains(where: { $0.kind == .layout }) else {
      throw StructureFault("object at byte \(address): expected a group or a dataset")
    }
    var data = message.data
    guard let tree = try data.address(), let heap = try data.address() else {
      throw StructureFault("group at byte \(address): expected a tree and a heap")
    }
    return GroupTables(tree: tree, heap: heap)
  }

  /// IV.A.1.a: object header, version 1, with the blocks that continue it.
  private func headerMessages(at address: Int) throws(StructureFault) -> [HeaderMessage] {
    var header = try cursor("object header", at: address)
    try header.require(
      header.count >= 16, "16 bytes")
    let version = try header.number(1)
    try header.require(
      version == 1, "version 1; a file that mixes old and new layouts can be written anew with libver='v110'")
    try header.skip(1)
    let count = try header.number(2)
    try header.skip(4)
    let byteCount = try header.number(4)
    try header.skip(4)
    var blocks = [try header.part(byteCount)]
    var starts: Set<Int> = [address]
    var messages: [HeaderMessage] = []
    var next = 0
    while next < blocks.count {
      var block = blocks[next]
      next += 1
      while block.count >= 8 {
        let message = try self.message(&block)
        messages.append(message)
        guard message.kind == .continuation else { continue }
        var data = message.data
        let (start, length) = (try data.number(8), try data.number(8))
        try block.require(starts.insert(start).inserted, "blocks that do not repeat")
        blocks.append(try cursor("object header block", at: start, count: length))
      }
      try block.require(block.count == 0, "messages to its end")
    }
    try header.require(messages.count == count, "\(count) messages, found \(messages.count)")
    return messages
  }

  private func message(_ block: inout ByteCursor) throws(StructureFault) -> HeaderMessage {
    let (type, byteCount, flags) = (try block.number(2), try block.number(2), try block.number(1))
    try block.skip(3)
    guard let kind = HeaderMessage.Kind(rawValue: type) else {
      throw StructureFault(
        "object header at byte \(block.offset): a checkpoint has no message of type \(type)")
    }
    try block.require(flags & 0x02 == 0, "a message of its own, not a shared one")
    try block.require(byteCount % 8 == 0, "messages of whole words")
    return HeaderMessage(kind: kind, data: try block.part(byteCount, "message of type \(type)"))
  }
}
