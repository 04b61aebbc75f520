extension StructureCheck {
  /// IV.A.2.m: attribute, versions 1 to 3.
  ///
  /// - Parameter wanted: Checks only an attribute of this name; `nil` for any.
  /// - Returns: Whether it has this name.
  @discardableResult
  func attribute(_ message: ByteCursor, named wanted: String? = nil) throws(StructureFault) -> Bool {
    var data = message
    let (version, flags) = (try data.number(1), try data.number(1))
    try data.require((1...3).contains(version), "an attribute of version 1 to 3, found \(version)")
    try data.require(version == 1 || flags == 0, "an attribute whose type is its own")
    let (nameLength, typeLength, spaceLength) = (try data.number(2), try data.number(2), try data.number(2))
    if version == 3 {
      let characters = try data.number(1)
      try data.require(characters <= 1, "a known character set")
    }
    func padded(_ length: Int) -> Int { version == 1 ? (length + 7) / 8 * 8 : length }
    let name = try data.bytes(padded(nameLength)).prefix(nameLength)
    try data.require(
      nameLength > 1 && name.firstIndex(of: 0) == nameLength - 1, "a name that ends where it says")
    if let wanted, name.dropLast() != Array(wanted.utf8)[...] { return false }
    let type = try datatype(try data.part(padded(typeLength), "attribute's type"))
    let lengths = try dataspace(try data.part(padded(spaceLength), "attribute's dataspace"))
    var values = try data.part(try byteCount(lengths, type, "attribute"), "attribute's value")
    guard type.isInHeap else { return true }
    while values.count > 0 {
      let length = try values.number(4)
      let heap = try values.number(8)
      let index = try values.number(4)
      if length > 0 { try heapObject(index, ofHeapAt: heap, atLeast: length) }
    }
    return true
  }

  /// III.E: global heap. Finds one object in it, after checking all.
  private func heapObject(
    _ index: Int, ofHeapAt address: Int, atLeast length: Int
  ) throws(StructureFault) {
    var header = try cursor("global heap", at: address, count: 16)
    try header.signature("GCOL")
    let version = try header.number(1)
    try header.require(version == 1, "version 1, found \(version)")
    try header.skip(3)
    let byteCount = try header.number(8)
    try header.require(byteCount >= 4096, "at least 4096 bytes, found \(byteCount)")
    var data = try cursor("global heap", at: address, count: byteCount)
    try data.skip(16)
    var found: [Int: Int] = [:]
    while data.count >= 16 {
      let object = try data.number(2)
      try data.skip(6)
      let size = try data.number(8)
      if object == 0 {  // what is left is free, this header included
        try data.require(size == data.count + 16, "free space to its end, found \(size) bytes")
        break
      }
      try data.require(found.updateValue(size, forKey: object) == nil, "every object once")
      let (padded, overflow) = size.addingReportingOverflow(7)
      try data.require(!overflow, "objects inside the heap")
      try data.skip(padded / 8 * 8)
    }
    guard let size = found[index], size >= length else {
      throw StructureFault("global heap at byte \(address): it has no object \(index) of \(length) bytes")
    }
  }
}
