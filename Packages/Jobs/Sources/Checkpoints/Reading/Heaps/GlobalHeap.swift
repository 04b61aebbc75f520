internal import Basics

extension HDF5Reader {
  /// III.E: the bytes of an object in a global heap, which has no checksum in any file.
  func globalHeapObject(_ number: Int, ofHeapAt address: Int) throws(HDF5Fault) -> Range<Int> {
    if globalHeaps[address] == nil { globalHeaps[address] = try globalHeap(at: address) }
    guard let range = globalHeaps[address]?[number] else {
      throw HDF5Fault(.missing("object \(number)"), in: .init("global heap", at: address))
    }
    return range
  }

  /// All objects of a heap, by number.
  private func globalHeap(at address: Int) throws(HDF5Fault) -> [Int: Range<Int>] {
    var header = try block("global heap", at: address, count: 16)
    try header.signature("GCOL")
    try header.version(1)
    try header.skip(3)
    let byteCount = try header.number(8)
    var data = try block("global heap", at: address, count: byteCount)
    try data.skip(16)
    var objects: [Int: Range<Int>] = [:]
    while data.count >= 16 {
      let number = try data.number(2)
      try data.skip(6)
      let size = try data.number(8)
      if number == 0 {  // what is left is free, this header included
        try data.require(size == data.count + 16, "free space to its end", found: "\(size) bytes")
        break
      }
      try data.require(size <= data.count, "objects inside the heap")
      let isNew = objects.updateValue(data.offset..<data.offset + size, forKey: number) == nil
      guard isNew else { throw data.fault(.repeated("object \(number)")) }
      try data.skip(size.dividedRoundingUp(by: 8) * 8)
    }
    return objects
  }
}
