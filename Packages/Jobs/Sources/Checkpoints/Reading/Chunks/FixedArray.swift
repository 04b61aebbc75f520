/// VII.C: the chunks of a dataset that cannot grow without end.
struct FixedArray {
  private let entryBytes: Int
  private let pageLength: Int
  private let count: Int
  private let address: Int?
  private let order: LinearOrder

  init(_ index: ChunkIndex, at address: Int) throws(HDF5Fault) {
    var header = try index.reader.block("fixed array", "FAHD", at: address, count: 28)
    try header.version(0)
    let client = try header.number(1)
    try header.require(client == (index.isFiltered ? 1 : 0), "entries of a dataset with its filters")
    entryBytes = try header.number(1)
    let found = entryBytes
    try header.require(found == index.entryBytes, "entries of \(index.entryBytes) bytes", found: "\(found)")
    pageLength = 1 << (try header.number(1) & 31)
    count = try header.number(8)
    self.address = try header.address()
    order = try LinearOrder(index.layout, index.space)
  }

  func forEach(_ index: inout ChunkIndex) throws(HDF5Fault) {
    guard let address else { return }
    let prefix = 14  // signature, version, client, and the header's address
    guard count > pageLength else {
      let size = count.saturatingProduct(entryBytes).saturatingSum(prefix + 4)
      var block = try index.reader.block("fixed array's block", "FADB", at: address, count: size)
      try block.skip(prefix - 4)
      for number in 0..<count { try index.addEntry(number, order, &block) }
      return
    }
    let pages = count.dividedRoundingUp(by: pageLength)
    let bitmapBytes = pages.dividedRoundingUp(by: 8)
    var block = try index.reader.block(
      "fixed array's block", "FADB", at: address, count: prefix + bitmapBytes + 4)
    try block.skip(prefix - 4)
    let isWritten = try block.bytes(bitmapBytes)
    let pageBytes = pageLength * entryBytes + 4
    for page in 0..<pages where isWritten[page / 8] & (0x80 >> (page % 8)) != 0 {
      let first = page * pageLength
      var entries = try index.page(
        at: block.end.saturatingSum(4).saturatingSum(page.saturatingProduct(pageBytes)),
        count: min(pageLength, count - first))
      for number in first..<min(first + pageLength, count) { try index.addEntry(number, order, &entries) }
    }
  }
}

extension ChunkIndex {
  /// Entries that end with a checksum, without a signature.
  func page(at address: Int, count: Int) throws(HDF5Fault) -> ByteCursor {
    let byteCount = count.saturatingProduct(entryBytes)
    var block = try reader.block("page of an array", at: address, count: byteCount.saturatingSum(4))
    let entries = try block.part(byteCount)
    try reader.compareChecksum(of: entries.range, with: try block.number(4), "page of an array")
    return entries
  }
}
