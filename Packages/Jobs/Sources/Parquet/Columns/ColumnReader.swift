internal import Basics
import Compression
import Foundation
import Templating

/// The entries of a column in one row group: two levels each, and the values that are there.
struct ColumnEntries {
  var definitions: [UInt8] = []
  var repetitions: [UInt8] = []
  var values: [TemplateValue] = []
  /// How many rows begin.
  var rowCount = 0

  /// Takes room for so many entries at once, where their number is known before they are read.
  mutating func reserveCapacity(_ count: Int) {
    let count = min(count, ParquetBudget.mostReserved)
    definitions.reserveCapacity(count)
    repetitions.reserveCapacity(count)
    values.reserveCapacity(count)
  }
}

/// Reads the pages of a column in one row group.
struct ColumnReader {
  private let file: Data
  private let leaf: SchemaNode.Leaf
  private let chunk: FileMetadata.ColumnChunk
  private let codec: Codec
  private let values: ValueReader
  private let budget: ParquetBudget
  /// Where the next page begins, and where no page can lie any more.
  private var offset: Int
  private let end: Int
  private var dictionary: [TemplateValue]?

  init(
    _ file: Data, _ leaf: SchemaNode.Leaf, _ chunk: FileMetadata.ColumnChunk, end: Int,
    _ budget: ParquetBudget
  ) throws(ParquetError) {
    guard !chunk.isEncrypted else { throw ParquetError(.encrypted) }
    guard chunk.file == nil else { throw .violation(.unsupported("a column in another file")) }
    guard chunk.valueCount >= 0 else {
      throw .violation(.value("number of values", expected: "at least 0", found: "\(chunk.valueCount)"))
    }
    (self.file, self.leaf, self.chunk, self.end, self.budget) = (file, leaf, chunk, end, budget)
    codec = try Codec(code: chunk.codec)
    values = try ValueReader(leaf.physical, length: leaf.length, budget)
    offset = chunk.start
  }

  /// The entries of the first rows; pages behind them are not read.
  mutating func entries(rows: Int) throws(ParquetError) -> ColumnEntries {
    var entries = ColumnEntries()
    if leaf.repetition == 0 { entries.reserveCapacity(rows) }
    // A row of lists ends where the next one begins.
    let needed = leaf.repetition == 0 ? rows : rows + 1
    while entries.definitions.count < chunk.valueCount, entries.rowCount < needed {
      let (header, bytes) = try nextPage()
      switch header.kind {
      case .index: break
      case .dictionary: try readDictionary(header, bytes)
      case .data, .dataV2: try append(header, bytes, to: &entries)
      }
    }
    cut(&entries, rows)
    guard entries.rowCount == rows else {
      throw .violation(.value("rows", expected: "\(rows)", found: "\(entries.rowCount)"))
    }
    return entries
  }

  /// Drops what lies behind the last row that is wanted.
  private func cut(_ entries: inout ColumnEntries, _ rows: Int) {
    guard entries.rowCount > rows else { return }
    var (seen, end) = (0, 0)
    while end < entries.repetitions.count {
      if entries.repetitions[end] == 0 {
        seen += 1
        if seen > rows { break }
      }
      end += 1
    }
    let present = entries.definitions[..<end].count { Int($0) == leaf.definition }
    entries.definitions.removeSubrange(end...)
    entries.repetitions.removeSubrange(end...)
    entries.values.removeSubrange(present...)
    entries.rowCount = rows
  }

  // MARK: Pages

  private mutating func nextPage() throws(ParquetError) -> (PageHeader, ArraySlice<UInt8>) {
    let header = try nextHeader()
    guard header.compressedSize <= end - offset else { throw .truncated("the file") }
    let bytes = Array(file.dropFirst(offset).prefix(header.compressedSize))[...]
    offset += header.compressedSize
    if let checksum = header.checksum, Gzip.checksum(bytes) != checksum {
      throw ParquetError(.checksum)
    }
    return (header, bytes)
  }

  /// Most headers are short; with statistics of long texts they are as long as they like.
  private mutating func nextHeader() throws(ParquetError) -> PageHeader {
    guard offset >= 4, offset < end else {
      throw .violation(.value("place of its pages", expected: "4 ..< \(end)", found: "\(offset)"))
    }
    var size = 1 << 8
    while true {
      let bytes = Array(file.dropFirst(offset).prefix(min(size, end - offset)))
      var reader = ThriftReader(bytes)
      do throws(ParquetError) {
        let header = try PageHeader(&reader)
        offset += reader.offset
        return header
      } catch {
        guard case .violation(.truncated) = error.kind, size < end - offset else { throw error }
        size *= 16
      }
    }
  }

  private func decompressed(_ bytes: ArraySlice<UInt8>, to count: Int) throws(ParquetError) -> [UInt8] {
    try budget.take(bytes: count)
    return try codec.decompress(bytes, to: count)
  }

  private mutating func readDictionary(_ header: PageHeader, _ bytes: ArraySlice<UInt8>) throws(ParquetError)
  {
    guard dictionary == nil else { throw .violation(.repeated("dictionary")) }
    guard header.encoding == 0 || header.encoding == 2 else {
      throw .violation(.unsupported("a dictionary of encoding \(header.encoding)"))
    }
    try budget.take(values: header.valueCount)
    var cursor = ByteCursor(try decompressed(bytes, to: header.uncompressedSize))
    let stored = try values.read(&cursor, encoding: 0, count: header.valueCount)
    var values: [TemplateValue] = []
    try leaf.append(stored, to: &values, budget)
    dictionary = values
  }

  // MARK: Entries

  private func append(
    _ header: PageHeader, _ bytes: ArraySlice<UInt8>, to entries: inout ColumnEntries
  ) throws(ParquetError) {
    let count = header.valueCount
    guard count <= chunk.valueCount - entries.definitions.count else {
      throw .violation(.value("values of its pages", expected: "at most \(chunk.valueCount)"))
    }
    try budget.take(values: count)
    var (levels, content) = try parts(header, bytes)
    let isVersion2 = header.kind == .dataV2
    let repetitions = try self.levels(
      &levels, leaf.repetition, count, header.repetitionEncoding,
      bytes: isVersion2 ? header.repetitionBytes : nil)
    let definitions = try self.levels(
      &levels, leaf.definition, count, header.definitionEncoding,
      bytes: isVersion2 ? header.definitionBytes : nil)
    guard !entries.repetitions.isEmpty || (repetitions.first ?? 0) == 0 else {
      throw .violation(.missing("beginning of its first row"))
    }
    if !isVersion2 { content = levels }
    let present = definitions.count { Int($0) == leaf.definition }
    try appendValues(header, &content, present, to: &entries.values)
    entries.rowCount += leaf.repetition == 0 ? count : repetitions.count { $0 == 0 }
    entries.definitions += definitions
    entries.repetitions += repetitions
  }

  /// The levels and the values of a page; in version 1 they follow each other in one text.
  private func parts(
    _ header: PageHeader, _ bytes: ArraySlice<UInt8>
  ) throws(ParquetError) -> (ByteCursor, ByteCursor) {
    guard header.kind == .dataV2 else {
      let whole = ByteCursor(try decompressed(bytes, to: header.uncompressedSize))
      return (whole, whole)
    }
    let size = header.repetitionBytes + header.definitionBytes
    let (levels, rest) = (bytes.prefix(size), bytes.dropFirst(size))
    let isPacked = header.isCompressed && !rest.isEmpty
    let content =
      isPacked ? try decompressed(rest, to: header.uncompressedSize - size) : Array(rest)
    return (ByteCursor(Array(levels)), ByteCursor(content))
  }

  /// - Parameters:
  ///   - most: The highest level there can be.
  ///   - bytes: How many bytes they take, where the header says so, as in version 2.
  private func levels(
    _ cursor: inout ByteCursor, _ most: Int, _ count: Int, _ encoding: Int, bytes: Int?
  ) throws(ParquetError) -> [UInt8] {
    guard most > 0 else {
      if let bytes { _ = try cursor.range(bytes) }
      return [UInt8](repeating: 0, count: count)
    }
    let width = Int.bitWidth - most.leadingZeroBitCount
    let levels: [UInt8]
    if encoding == 4, bytes == nil {
      levels = try HybridRuns.readPacked(&cursor, width: width, count: count)
    } else {
      let size = if let bytes { bytes } else { Int(try cursor.number(width: 4)) }
      var part = try cursor.part(size)
      levels = try HybridRuns.read(&part, width: width, count: count)
    }
    // No number of so many bits is too high where all of them are ones.
    guard most == 1 << width - 1 || levels.allSatisfy({ Int($0) <= most }) else {
      throw .violation(.value("a level", expected: "at most \(most)"))
    }
    return levels
  }

  private func appendValues(
    _ header: PageHeader, _ content: inout ByteCursor, _ count: Int, to column: inout [TemplateValue]
  ) throws(ParquetError) {
    guard header.encoding == 2 || header.encoding == 8 else {
      let stored = try values.read(&content, encoding: header.encoding, count: count)
      return try leaf.append(stored, to: &column, budget)
    }
    guard count > 0 else { return }
    guard let dictionary else { throw .violation(.missing("dictionary of its indices")) }
    let width = Int(try content.byte())
    guard width <= 32 else {
      throw .violation(.value("bits of its indices", expected: "at most 32", found: "\(width)"))
    }
    let indices: [UInt32] = try HybridRuns.read(&content, width: width, count: count)
    let end = UInt32(clamping: dictionary.count)
    guard indices.allSatisfy({ $0 < end }) else {
      throw .violation(.value("an index of its dictionary", expected: "0 ..< \(dictionary.count)"))
    }
    for index in indices { column.append(dictionary[Int(index)]) }
  }
}
