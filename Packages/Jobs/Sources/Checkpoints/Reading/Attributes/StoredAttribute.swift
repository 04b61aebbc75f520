internal import Basics

/// An attribute as it is stored.
struct StoredAttribute {
  let type: StoredType
  let space: Dataspace
  let values: ByteCursor
}

extension HDF5Reader {
  /// The attributes of an object that have some names; others are not looked at.
  func attributes(_ names: [String], of header: ObjectHeader) throws(HDF5Fault) -> [String: StoredAttribute] {
    var found: [String: StoredAttribute] = [:]
    for message in header.all(.attribute) { try attribute(message, names, into: &found) }
    if let information = try header.only(.attributeInfo) {
      try manyAttributes(information, names, into: &found)
    }
    return found
  }

  /// IV.A.2.v: attribute info. Many or long attributes are in a fractal heap, and a tree of type 8 names them all.
  private func manyAttributes(
    _ message: ByteCursor, _ names: [String], into found: inout [String: StoredAttribute]
  ) throws(HDF5Fault) {
    var data = message
    try data.version(0)
    let flags = try data.number(1)
    if flags & 1 != 0 { try data.skip(2) }
    guard let (address, tree) = try heapAndTree(&data) else { return }
    let heap = try FractalHeap(self, at: address)
    try newTree(at: tree, types: [8]) { (_, record: inout ByteCursor) throws(HDF5Fault) in
      let id = try record.part(8)
      guard try record.number(1) & 0x02 == 0 else {
        throw .unsupported("an attribute that objects share")
      }
      try attribute(try heap.object(id, "attribute"), names, into: &found)
    }
  }

  /// IV.A.2.m: attribute, versions 1 to 3.
  private func attribute(
    _ message: ByteCursor, _ names: [String], into found: inout [String: StoredAttribute]
  ) throws(HDF5Fault) {
    var data = message
    let (version, flags) = (try data.number(1), try data.number(1))
    try data.require((1...3).contains(version), "an attribute of version 1 to 3", found: "\(version)")
    let (nameLength, typeLength, spaceLength) = (try data.number(2), try data.number(2), try data.number(2))
    if version == 3 { try data.skip(1) }
    func padded(_ length: Int) -> Int { version == 1 ? length.dividedRoundingUp(by: 8) * 8 : length }
    var name = try data.part(padded(nameLength))
    let bytes = try name.bytesToZero()
    guard let wanted = names.first(where: { bytes == Array($0.utf8) }) else { return }
    try naming("@\(wanted)") { () throws(HDF5Fault) in
      let shares = version == 1 ? 0 : flags
      let typeMessage = try data.part(padded(typeLength), "attribute's type")
      let type = try StoredType(shares & 1 == 0 ? typeMessage : try shared(.datatype, typeMessage))
      let spaceMessage = try data.part(padded(spaceLength), "attribute's dataspace")
      let space = try Dataspace(shares & 2 == 0 ? spaceMessage : try shared(.dataspace, spaceMessage))
      let values = try data.part(space.count.saturatingProduct(type.byteCount), "attribute's value")
      let isNew = found.updateValue(.init(type: type, space: space, values: values), forKey: wanted) == nil
      guard isNew else { throw data.fault(.repeated("attribute '\(name)'")) }
    }
  }
}
