/// VII.D: the chunks of a dataset that grows along one axis without end.
///
/// Entries are in the index block, then in data blocks, which the index block names first and secondary blocks later.
/// Data blocks come in groups: group `g` has 2^⌊g/2⌋ blocks of 2^⌈g/2⌉ times the smallest number of entries.
struct ExtensibleArray {
  private let inIndex: Int
  private let smallest: Int
  private let groups: Int
  /// Groups whose blocks the index block names itself.
  private let directGroups: Int
  private let placeBytes: Int
  private let pageLength: Int
  private let address: Int?
  private let order: LinearOrder

  init(_ index: ChunkIndex, at address: Int) throws(HDF5Fault) {
    var header = try index.reader.block("extensible array", "EAHD", at: address, count: 72)
    try header.version(0)
    let client = try header.number(1)
    try header.require(client == (index.isFiltered ? 1 : 0), "entries of a dataset with its filters")
    let bytes = try header.number(1)
    try header.require(bytes == index.entryBytes, "entries of \(index.entryBytes) bytes", found: "\(bytes)")
    let bits = try header.number(1)
    inIndex = try header.number(1)
    smallest = try header.number(1)
    let pointers = try header.number(1)
    pageLength = 1 << (try header.number(1) & 31)
    try header.require(smallest.isPowerOfTwo && pointers.isPowerOfTwo && bits <= 64, "powers of two")
    placeBytes = bits.dividedRoundingUp(by: 8)
    groups = max(0, 1 + bits - smallest.highestBit)
    directGroups = 2 * pointers.highestBit
    let isInOrder = directGroups <= groups
    try header.require(isInOrder, "blocks in order")
    try header.skip(6 * 8)
    self.address = try header.address()
    order = try LinearOrder(index.layout, index.space)
  }

  private func blocks(inGroup group: Int) -> Int { 1 << min(group / 2, 62) }
  private func entries(inBlockOfGroup group: Int) -> Int {
    smallest.saturatingProduct(1 << min((group + 1) / 2, 62))
  }

  func forEach(_ index: inout ChunkIndex) throws(HDF5Fault) {
    guard let address else { return }
    let direct = (0..<directGroups).reduce(0) { $0.saturatingSum(blocks(inGroup: $1)) }
    let size = inIndex * index.entryBytes + direct.saturatingSum(groups - directGroups).saturatingProduct(8)
    var block = try index.reader.block(
      "extensible array's index", "EAIB", at: address, count: size.saturatingSum(18))
    try block.skip(10)
    for number in 0..<inIndex { try index.addEntry(number, order, &block) }
    var first = inIndex
    for group in 0..<directGroups {
      for _ in 0..<blocks(inGroup: group) {
        if let data = try block.address() {
          try entries(at: data, from: first, group, written: nil, &index)
        }
        first = first.saturatingSum(entries(inBlockOfGroup: group))
      }
    }
    for group in directGroups..<groups {
      if let secondary = try block.address() { try secondaryBlock(at: secondary, from: first, group, &index) }
      first = first.saturatingSum(blocks(inGroup: group).saturatingProduct(entries(inBlockOfGroup: group)))
    }
  }

  private func secondaryBlock(
    at address: Int, from start: Int, _ group: Int, _ index: inout ChunkIndex
  ) throws(HDF5Fault) {
    let (count, length) = (blocks(inGroup: group), entries(inBlockOfGroup: group))
    let pages = length > pageLength ? length / pageLength : 0
    let bitmapBytes = pages.dividedRoundingUp(by: 8).saturatingProduct(count)
    let size = count.saturatingProduct(8).saturatingSum(bitmapBytes).saturatingSum(18 + placeBytes)
    var block = try index.reader.block("extensible array's secondary block", "EASB", at: address, count: size)
    try block.skip(10 + placeBytes)
    let bitmap = try block.bytes(bitmapBytes)
    for number in 0..<count {
      guard let data = try block.address() else { continue }
      let written = (0..<pages).map { page in
        let bit = number * pages + page
        return bitmap[bit / 8] & (0x80 >> (bit % 8)) != 0
      }
      try entries(
        at: data, from: start.saturatingSum(number.saturatingProduct(length)), group,
        written: pages > 0 ? written : nil, &index)
    }
  }

  /// - Parameter written: For a block in pages, which of them were written.
  private func entries(
    at address: Int, from first: Int, _ group: Int, written: [Bool]?, _ index: inout ChunkIndex
  ) throws(HDF5Fault) {
    let length = entries(inBlockOfGroup: group)
    let prefix = 14 + placeBytes
    guard let written else {
      let size = length.saturatingProduct(index.entryBytes).saturatingSum(prefix + 4)
      var block = try index.reader.block("extensible array's block", "EADB", at: address, count: size)
      try block.skip(prefix - 4)
      for number in 0..<length { try index.addEntry(first.saturatingSum(number), order, &block) }
      return
    }
    let block = try index.reader.block("extensible array's block", "EADB", at: address, count: prefix + 4)
    let pageBytes = pageLength * index.entryBytes + 4
    for (page, isWritten) in written.enumerated() where isWritten {
      var entries = try index.page(
        at: block.end.saturatingSum(4).saturatingSum(page.saturatingProduct(pageBytes)), count: pageLength)
      for number in 0..<pageLength {
        try index.addEntry(first.saturatingSum(page * pageLength + number), order, &entries)
      }
    }
  }
}
