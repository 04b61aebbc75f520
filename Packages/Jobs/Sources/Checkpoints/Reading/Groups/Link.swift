internal import Basics

/// A name in a group.
struct Link {
  let name: String
  /// Where the header of the object is; `nil` for a link by path, which may lead to another file.
  let address: Int?
}

extension HDF5Reader {
  /// The links of a group, in no order; `nil` for an object that is no group.
  func links(of header: ObjectHeader) throws(HDF5Fault) -> [Link]? {
    let information = try header.only(.linkInfo)
    let messages = header.all(.link)
    if let table = try header.only(.symbolTable) {
      guard information == nil, messages.isEmpty else {
        throw header.fault(.value("links of the group", expected: "one kind", found: "two"))
      }
      return try unique(try symbolTable(table), header)
    }
    guard information != nil || !messages.isEmpty else { return nil }
    var links: [Link] = []
    for message in messages { links.append(try link(message)) }
    if let information { links += try manyLinks(information) }
    return try unique(links, header)
  }

  private func unique(_ links: [Link], _ header: ObjectHeader) throws(HDF5Fault) -> [Link] {
    guard Set(links.map { Array($0.name.utf8) }).count == links.count else {
      throw header.fault(.repeated("a name in the group"))
    }
    return links
  }

  /// IV.A.2.c: link info. The links of a large group are in a fractal heap, and a tree of type 5 names them all.
  private func manyLinks(_ message: ByteCursor) throws(HDF5Fault) -> [Link] {
    var data = message
    try data.version(0)
    let flags = try data.number(1)
    if flags & 1 != 0 { try data.skip(8) }
    guard let (address, tree) = try heapAndTree(&data) else { return [] }
    let heap = try FractalHeap(self, at: address)
    var links: [Link] = []
    try newTree(at: tree, types: [5]) { (_, record: inout ByteCursor) throws(HDF5Fault) in
      try record.skip(4)  // a hash of the name
      links.append(try link(try heap.object(record, "link")))
    }
    return links
  }

  /// Where a fractal heap is and the tree that names what is in it; `nil` where all is in the object header.
  func heapAndTree(_ data: inout ByteCursor) throws(HDF5Fault) -> (heap: Int, tree: Int)? {
    let (heap, tree) = (try data.address(), try data.address())
    if heap == nil, tree == nil { return nil }
    guard let heap, let tree else {
      throw data.fault(.value(expected: "a heap with a tree", found: "one without the other"))
    }
    return (heap, tree)
  }

  /// IV.A.2.g: link.
  private func link(_ message: ByteCursor) throws(HDF5Fault) -> Link {
    var data = message
    try data.version(1)
    let flags = try data.number(1)
    let kind = flags & 0x08 != 0 ? try data.number(1) : 0
    if flags & 0x04 != 0 { try data.skip(8) }
    if flags & 0x10 != 0 { try data.skip(1) }
    let length = try data.number(1 << (flags & 3))
    let name = try linkName(try data.bytes(length), message)
    return Link(name: name, address: kind == 0 ? try data.number(8) : nil)
  }

  /// A name is one part of a path.
  func linkName(_ bytes: [UInt8], _ place: ByteCursor) throws(HDF5Fault) -> String {
    guard let name = String(validating: bytes, as: UTF8.self) else {
      throw place.fault(.value("the name of a link", expected: "UTF-8"))
    }
    try place.require(!bytes.isEmpty && !bytes.contains(0) && !bytes.contains(0x2F), "a name without '/'")
    return name
  }
}
